"""Defects planted into shipped kinds: how the body is bent, and exactly what the checker must then find.

Each defect is one that a person writing a kind makes. ``expect`` lists (code, about) of everything found that the
sound kind does not have; nothing else may be found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Body = dict[str, Any]
Expected = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Planted:
    name: str
    kind: str
    bend: Callable[[Body], None]
    expect: Expected


PLANTED: list[Planted] = []


def planted(kind: str, *expect: tuple[str, str]) -> Callable[[Callable[[Body], None]], Callable[[Body], None]]:
    def note(bend: Callable[[Body], None]) -> Callable[[Body], None]:
        PLANTED.append(Planted(bend.__name__, kind, bend, frozenset(expect)))
        return bend

    return note


def moves(body: Body, trigger: str, source: str | None = None, to: str | None = None) -> list[Body]:
    found = [
        move
        for move in body["transitions"]
        if move["trigger"] == trigger
        and (source is None or source in move["from"])
        and (to is None or to == move["to"])
    ]
    assert found, (trigger, source, to)
    return found


def move(body: Body, trigger: str, source: str | None = None, to: str | None = None) -> Body:
    return moves(body, trigger, source, to)[0]


# --- obligations ---------------------------------------------------------------------------------


@planted("bao_cao", ("paper_unknown", "obliges:letter"))
def obligation_by_a_paper_nobody_knows(body: Body) -> None:
    body["obliges"]["call"] = "letter"


@planted("bao_cao", ("deadline_unknown", "obliges:plan:spring"))
def obligation_by_a_date_nobody_knows(body: Body) -> None:
    body["obliges"]["each"][0]["deadline"] = "spring"


@planted("bao_cao", ("subject_unknown", "obliges:plan:hop_tac_xa"))
def obligation_of_subjects_the_kind_has_not(body: Body) -> None:
    body["obliges"]["each"][0]["subject_kinds"].append("hop_tac_xa")


@planted("bao_cao", ("code_doubled", "obliges:plan"))
def obligation_written_twice(body: Body) -> None:
    body["obliges"]["each"].append(dict(body["obliges"]["each"][0]))


@planted("bao_cao", ("deadline_unknown", "owed:spring"))
def turn_that_ends_with_a_date_nobody_knows(body: Body) -> None:
    body["states"]["owed"]["due_by"] = "spring"


@planted("bao_cao", ("obligation_undated", "plan"))
def obligation_whose_date_no_step_knows(body: Body) -> None:
    body["obliges"]["deadline"] = "plan"


@planted(
    "bao_cao",
    ("initial_meaning", "owed"),
    ("obligation_not_opened", "bao_cao"),
    *(("never_pinned", state) for state in ("owed", "filed", "filed_to_province", "accepted", "filed_late")),
)
def obligation_that_people_would_have_to_open(body: Body) -> None:
    body["opened_by"] = ["unit"]


# --- form and names ------------------------------------------------------------------------------


@planted("dien_hinh", ("label_missing", "/states/assessed/label"))
def label_of_a_state_left_out(body: Body) -> None:
    del body["states"]["assessed"]["label"]


@planted("dien_hinh", ("label_missing", "/attachments/opinion/label"))
def label_of_a_paper_empty(body: Body) -> None:
    body["attachments"]["opinion"]["label"] = ""


@planted("dien_hinh", ("label_unsound", "/states/assessed/label"))
def label_with_a_decomposed_letter(body: Body) -> None:
    body["states"]["assessed"]["label"] = "Đã đánh giá".replace("á", "a\u0301")


@planted("dien_hinh", ("label_missing", "/transitions/2/choice_label"))
def choice_without_a_word(body: Body) -> None:
    del body["transitions"][2]["choice_label"]


@planted("dien_hinh", ("source_missing", "/deadlines/selection/source"))
def date_without_source(body: Body) -> None:
    del body["deadlines"]["selection"]["source"]


@planted("dien_hinh", ("source_missing", "select>selected:selected/others:ledger_result"))
def guard_without_source(body: Body) -> None:
    del move(body, "select")["guards"][0]["source"]


@planted("dien_hinh", ("source_unknown", "kh-vinh-phong-2062#IV.1"))
def source_that_nobody_has(body: Body) -> None:
    body["attachments"]["proposal"]["citation"] = "kh-vinh-phong-2062#IV.1"


@planted("dien_hinh", ("field_missing", "/states/declined/meaning"))
def state_without_meaning(body: Body) -> None:
    del body["states"]["declined"]["meaning"]


@planted("dien_hinh", ("field_unknown", "/transitions/6/recordres"), ("field_missing", "/transitions/6/recorders"))
def field_misspelt(body: Body) -> None:
    body["transitions"][6]["recordres"] = body["transitions"][6].pop("recorders")


@planted("dien_hinh", ("word_unknown", "/transitions/6/recorders/0"))
def role_that_cannot_act(body: Body) -> None:
    move(body, "assess")["recorders"] = ["admin"]


@planted("dien_hinh", ("word_unknown", "/transitions/6/effects/0"))
def effect_that_nobody_knows(body: Body) -> None:
    move(body, "assess")["effects"] = ["make_happy"]


@planted("dien_hinh", ("field_malformed", "/meeting/quorum/share"))
def quorum_that_is_no_share(body: Body) -> None:
    body["meeting"]["quorum"]["share"] = "two thirds"


@planted("dien_hinh", ("guard_unknown", "assess>assessed:is_nice"))
def guard_that_nobody_knows(body: Body) -> None:
    move(body, "assess")["guards"].append({"guard": "is_nice"})


@planted(
    "dien_hinh",
    ("guard_field_missing", "assess>assessed:quotes:of"),
    ("guard_field_unknown", "assess>assessed:quotes:meets"),
)
def guard_with_wrong_parameters(body: Body) -> None:
    quotes = next(guard for guard in move(body, "assess")["guards"] if guard["guard"] == "quotes")
    del quotes["of"]
    quotes["meets"] = True


@planted("dien_hinh", ("state_unknown", "approve>awaiting_decison:awaiting_decison"))
def target_misspelt(body: Body) -> None:
    move(body, "approve")["to"] = "awaiting_decison"


@planted("dien_hinh", ("paper_unknown", "approve>awaiting_decision:opinoin"))
def paper_misspelt(body: Body) -> None:
    move(body, "approve")["papers"] = ["opinoin"]


@planted("dien_hinh", ("deadline_unknown", "select>selected:selected/others:choosing"))
def date_misspelt(body: Body) -> None:
    move(body, "select", to="selected")["deadline"] = "choosing"


@planted("dien_hinh", ("trigger_unknown", "self_score:asses"))
def locking_step_misspelt(body: Body) -> None:
    body["attachments"]["self_score"]["locked_by"] = "asses"


@planted("dien_hinh", ("stage_unknown", "assessed:rated"))
def stage_misspelt(body: Body) -> None:
    body["states"]["assessed"]["stage"] = "rated"


@planted("dien_hinh", ("subject_unknown", "own_subject_kinds:thi_tran"))
def own_subject_outside_the_subjects(body: Body) -> None:
    body["own_subject_kinds"].append("thi_tran")


@planted("dien_hinh", ("date_unreadable", "selection.due"))
def date_that_does_not_exist(body: Body) -> None:
    body["deadlines"]["selection"]["due"] = "through 02-30"


@planted("dien_hinh", ("code_doubled", "transitions:assess:selected>assessed"))
def move_written_twice(body: Body) -> None:
    body["transitions"].append(dict(move(body, "assess")))


@planted("dien_hinh", ("code_doubled", "stages:assessed"))
def stage_written_twice(body: Body) -> None:
    body["stages"].append({"code": "assessed", "label": "Đánh giá lại"})


@planted("dien_hinh", ("path_circle", "selected"), ("path_circle", "assessed"))
def straight_path_in_a_circle(body: Body) -> None:
    body["transitions"].append({**move(body, "assess"), "trigger": "undo", "from": ["assessed"], "to": "selected"})


@planted("dien_hinh", ("date_circle", "registration"), ("date_circle", "selection"))
def dates_that_wait_for_each_other(body: Body) -> None:
    body["deadlines"]["registration"]["opens_after"] = "selection"


# --- lives ---------------------------------------------------------------------------------------


@planted("dien_hinh", ("state_unreachable", "on_trial"))
def state_that_nothing_leads_to(body: Body) -> None:
    body["states"]["on_trial"] = {
        "label": "Đang thử thách",
        "meaning": "open",
        "stage": "assessed",
        "holder": "commune_police",
    }
    move(body, "lapse")["from"].append("on_trial")
    move(body, "withdraw")["from"].append("on_trial")
    body["attachments"]["visit_note"]["filed_in"].append("on_trial")


@planted(
    "dien_hinh",
    ("dead_end", "awaiting_decision"),
    ("no_good_end", "dien_hinh/others"),
    ("no_good_end", "dien_hinh/own"),
    ("no_straight_path", "dien_hinh/others"),
    ("no_straight_path", "dien_hinh/own"),
    ("state_unreachable", "recognized"),
    ("state_unreachable", "cancelled"),
    ("stage_unused", "recognized"),
    ("holder_idle", "awaiting_decision:province_committee"),
)
def state_without_a_way_out(body: Body) -> None:
    body["transitions"] = [
        t
        for t in body["transitions"]
        if "awaiting_decision" not in t["from"] and t["trigger"] not in ("cancel", "reopen")
    ]
    withdraw = {
        "trigger": "withdraw",
        "label": "Rút hồ sơ bằng văn bản",
        "done": "rút hồ sơ bằng văn bản của UBND xã",
        "from": ["returned_to_commune", "province_appraisal"],
        "to": "withdrawn",
        "needs_reason": True,
        "while_held": True,
        "authority": "commune_committee",
        "recorders": ["commune_committee"],
        "papers": ["withdrawal_letter"],
        "citation": "hoso#withdraw",
    }
    body["transitions"].append(withdraw)
    del body["attachments"]["decision"], body["attachments"]["cancel_decision"], body["attachments"]["reopen_paper"]
    body["states"].pop("recognized")
    body["states"].pop("cancelled")
    body["states"]["recognized"] = {"label": "Đã công nhận", "meaning": "positive"}
    body["states"]["cancelled"] = {"label": "Hủy công nhận", "meaning": "void"}
    body["separations"] = [pair for pair in body["separations"] if pair["second"] != "recognize"]


@planted(
    "dien_hinh",
    ("return_unmendable", "returned_to_commune>province_appraisal:supplement"),
    ("act_paper_unasked", "submission_letter:resubmit"),
)
def return_without_a_way_back(body: Body) -> None:
    body["transitions"].remove(move(body, "resubmit", "returned_to_commune", "@returned_from"))


@planted(
    "dien_hinh",
    ("return_unmendable", "returned_to_unit>selected:redo"),
    ("return_unmendable", "returned_to_unit>assessed:redo"),
)
def redo_without_a_way_back(body: Body) -> None:
    body["transitions"].remove(move(body, "resubmit", "returned_to_unit", "@redo"))


@planted("dien_hinh", ("not_ended_at_closing", "assessed"))
def cycle_closes_over_an_open_state(body: Body) -> None:
    move(body, "lapse")["from"].remove("assessed")


@planted(
    "dien_hinh",
    *(
        (("hold_outlasts_closing", f"lapse:{state}>lapsed"))
        for state in ("registered", "selected", "assessed", "commune_meeting", "returned_to_unit")
    ),
)
def held_dossier_outlasts_the_cycle(body: Body) -> None:
    move(body, "lapse")["while_held"] = False


@planted("dien_hinh", ("hold_blocks_return", "return_to_commune:province_appraisal>returned_to_commune"))
def hold_blocks_a_return(body: Body) -> None:
    move(body, "return_to_commune")["while_held"] = False


@planted("dien_hinh", ("reopens_after_closing", "reconsider:not_selected>registered/others"))
def decided_dossier_begins_again_after_closing(body: Body) -> None:
    guards = move(body, "reconsider", "not_selected")["guards"]
    guards[:] = [guard for guard in guards if guard["guard"] != "cycle_open"]


@planted("dien_hinh", ("guard_never_holds", "decline:commune_meeting>declined"))
def result_that_no_meeting_can_record(body: Body) -> None:
    move(body, "decline", "commune_meeting")["guards"][0]["any_of"] = ["rejected"]


@planted("dien_hinh", ("move_never_possible", "lapse:province_appraisal>lapsed"))
def system_move_that_never_comes(body: Body) -> None:
    move(body, "lapse")["from"].append("province_appraisal")


@planted("dien_hinh", ("move_never_possible", "reopen:cancelled>@left"))
def word_that_stands_for_no_move(body: Body) -> None:
    reopen = next(t for t in moves(body, "reopen", "withdrawn"))
    body["transitions"].append({**reopen, "from": ["cancelled"], "left": ["awaiting_decision"]})


# --- papers --------------------------------------------------------------------------------------


@planted(
    "dien_hinh",
    ("paper_unfileable", "register:draft>registered/others:head_letter"),
    ("paper_unfileable", "resubmit:returned_to_unit>registered:head_letter"),
)
def paper_demanded_before_it_can_be_filed(body: Body) -> None:
    move(body, "register", to="registered")["papers"].append("head_letter")


@planted(
    "dien_hinh",
    ("paper_gap", "approve:province_appraisal>awaiting_decision:remark"),
    ("paper_lost_by_redo", "approve:province_appraisal>awaiting_decision:remark"),
    ("schema_missing", "remark"),
)
def paper_that_one_path_leaves_out(body: Body) -> None:
    body["attachments"]["remark"] = {
        "label": "Ý kiến bổ sung",
        "filed_by": ["unit"],
        "filed_in": ["returned_to_unit"],
        "citation": "hoso#paper-form",
    }
    move(body, "approve")["papers"].append("remark")


@planted(
    "dien_hinh",
    ("hand_over_never", "selected:unit_plan"),
    *(
        (code, f"{step}:unit_plan")
        for code in ("paper_lost_by_redo", "paper_unfileable")  # the commune's own dossier is never registered
        for step in ("assess:selected>assessed", "resubmit:returned_to_unit>assessed")
    ),
)
def paper_that_a_redo_loses(body: Body) -> None:
    body["attachments"]["unit_plan"]["filed_in"] = ["registered"]


@planted(
    "dien_hinh",
    ("paper_nobody_files", "opinion"),
    ("paper_unfileable", "approve:province_appraisal>awaiting_decision:opinion"),
    ("paper_lost_by_redo", "approve:province_appraisal>awaiting_decision:opinion"),
)
def paper_that_nobody_files(body: Body) -> None:
    del body["attachments"]["opinion"]["filed_by"]


@planted("dien_hinh", ("act_paper_unasked", "decline_paper:withdraw"))
def act_paper_that_no_step_asks_for(body: Body) -> None:
    body["attachments"]["decline_paper"]["with_acts"].append("withdraw")


@planted("dien_hinh", ("schema_missing", "head_letter"))
def paper_without_schema(body: Body) -> None:
    body["attachments"]["head_letter"]["schema"] = "hoso:kinds/dien_hinh/v2/attachments/head_letter"


@planted("dien_hinh", ("hand_over_never", "selected:minutes"))
def turn_that_never_passes(body: Body) -> None:
    body["states"]["selected"]["hands_over"]["papers"].append("minutes")


# --- people --------------------------------------------------------------------------------------


@planted("dien_hinh", ("holder_missing", "assessed"))
def state_with_nobody_in_turn(body: Body) -> None:
    del body["states"]["assessed"]["holder"]


@planted("dien_hinh", ("holder_idle", "awaiting_decision:commune_police"))
def holder_who_can_do_nothing(body: Body) -> None:
    body["states"]["awaiting_decision"]["holder"] = "commune_police"
    move(body, "withdraw", "awaiting_decision")["recorders"] = ["commune_committee"]


@planted("dien_hinh", ("wholly_separated", "assess:selected>assessed"))
def step_that_separation_leaves_to_nobody(body: Body) -> None:
    move(body, "assess")["recorders"] = ["unit"]


@planted("dien_hinh", ("system_with_people", "approve:province_appraisal>awaiting_decision"))
def system_and_people_on_one_step(body: Body) -> None:
    move(body, "approve")["recorders"].append("system")


@planted("dien_hinh", ("unit_step_unmarked", "register:draft>registered/others"))
def unit_step_that_separation_overlooks(body: Body) -> None:
    del move(body, "register", to="registered")["unit_side"]


@planted("dien_hinh", ("own_without_committee", "register:draft>selected/own"))
def commune_that_cannot_register_itself(body: Body) -> None:
    del move(body, "register", to="selected")["own_recorders"]


@planted("dien_hinh", ("separated_from_itself", "approve_x_recognize"))
def step_separated_from_itself(body: Body) -> None:
    body["separations"][3]["second"] = "approve"


# --- effects, stages, forks ----------------------------------------------------------------------


@planted("dien_hinh", ("result_without_choices", "assess:selected>assessed"))
def result_recorded_without_choices(body: Body) -> None:
    move(body, "assess")["effects"] = ["record_result"]


@planted("dien_hinh", ("closes_no_return", "approve:province_appraisal>awaiting_decision"))
def return_closed_where_none_is_open(body: Body) -> None:
    move(body, "approve")["effects"] = ["close_return"]


@planted("dien_hinh", *(("return_left_open", f"resubmit:returned_to_commune>{to}") for to in ("province_appraisal",)))
def return_left_open_behind(body: Body) -> None:
    move(body, "resubmit", "returned_to_commune", "@returned_from")["effects"] = []


@planted(
    "dien_hinh", *(("redo_keeps_result", f"resubmit:returned_to_commune>{to}:redo") for to in ("selected", "assessed"))
)
def redo_that_keeps_the_vote(body: Body) -> None:
    move(body, "resubmit", "returned_to_commune", "@redo")["effects"] = ["close_all_returns", "void_opinion"]


@planted(
    "dien_hinh",
    ("redo_not_earlier", "return_to_commune:province_appraisal>returned_to_commune:awaiting_decision"),
    ("return_unmendable", "returned_to_commune>province_appraisal:supplement"),
)
def redo_that_leads_forward(body: Body) -> None:
    move(body, "return_to_commune")["redo_targets"].append("awaiting_decision")


@planted(
    "dien_hinh",
    ("ledger_undefined", "recognize:awaiting_decision>recognized"),
    ("ledger_undefined", "cancel:recognized>cancelled"),
)
def ledger_entry_without_meaning(body: Body) -> None:
    del body["ledger"]


@planted("dien_hinh", ("ledger_not_positive", "decline:awaiting_decision>declined"))
def refusal_entered_in_the_ledger(body: Body) -> None:
    move(body, "decline", "awaiting_decision")["effects"] = ["enter_ledger"]


@planted(
    "dien_hinh",
    ("owes_nothing", "recognize:awaiting_decision>recognized"),
    ("owes_nothing", "cancel:recognized>cancelled"),
)
def owed_dossiers_of_no_kind(body: Body) -> None:
    del body["owes"]


@planted(
    "dien_hinh",
    *(
        ("never_pinned", state)
        for state in (
            "selected",
            "assessed",
            "commune_meeting",
            "province_appraisal",
            "awaiting_decision",
            "recognized",
        )
    ),
)
def version_that_is_never_pinned(body: Body) -> None:
    del move(body, "register", to="selected")["effects"]


@planted("dien_hinh", ("stage_backwards", "approve:province_appraisal>awaiting_decision"))
def stage_that_goes_back(body: Body) -> None:
    body["states"]["awaiting_decision"]["stage"] = "assessed"


@planted(
    "dien_hinh", ("move_ambiguous", "approve:province_appraisal>awaiting_decision|approve:province_appraisal>declined")
)
def two_moves_that_one_command_means(body: Body) -> None:
    body["transitions"].append({**move(body, "approve"), "to": "declined", "forward": False})


@planted("dien_hinh", ("initial_meaning", "draft"), ("never_pinned", "draft"))
def beginning_that_is_no_draft(body: Body) -> None:
    body["states"]["draft"]["meaning"] = "open"


# --- guards and what they read -------------------------------------------------------------------


@planted("dien_hinh", ("guard_never_holds", "approve:province_appraisal>awaiting_decision:opinion_stands:agree"))
def conclusion_that_no_opinion_can_have(body: Body) -> None:
    move(body, "approve")["guards"][0]["conclusion"] = "agree"


@planted("dien_hinh", ("guard_reads_nothing", "recognize:awaiting_decision>recognized:listed"))
def rows_that_the_paper_does_not_have(body: Body) -> None:
    move(body, "recognize")["guards"][1]["rows"] = "dossiers"


@planted("dien_hinh", ("guard_never_speaks", "submit_to_province:commune_meeting>province_appraisal:listed"))
def paper_weighed_that_does_not_come_with_the_act(body: Body) -> None:
    move(body, "submit_to_province")["guards"][3] |= {"paper": "minutes", "rows": "items"}


@planted("dien_hinh", ("meeting_result_unknown", "postpone"))
def result_that_no_majority_is_known_for(body: Body) -> None:
    del body["meeting"]["results"]["postpone"]


@planted(
    "duy_tri",
    ("guard_never_holds", "record_meeting:owed>maintained:kept/others:result_matches:kept"),
    ("meeting_result_unknown", "kept"),
)
def choice_that_the_minutes_cannot_say(body: Body) -> None:
    body["transitions"][0]["choice"] = "kept"


# --- dates, criteria, waivers --------------------------------------------------------------------


@planted(
    "dien_hinh",
    ("dates_out_of_order", "registration<selection"),
    ("waiver_unused", "short_slack:registration<selection"),
)
def date_past_its_follower(body: Body) -> None:
    body["deadlines"]["selection"]["due"] = "through 01-15"


@planted("dien_hinh", ("date_closes_before_due", "registration"))
def date_that_closes_before_it_is_due(body: Body) -> None:
    body["deadlines"]["registration"]["closes"] = "through 01-10"
    body["deadlines"]["selection"]["due"] = "through 01-11"


@planted("dien_hinh", ("date_waits_forever", "selection"))
def date_that_waits_for_one_that_never_closes(body: Body) -> None:
    del body["deadlines"]["registration"]["closes"]


@planted("dien_hinh", ("criteria_missing", "doanh_nghiep"))
def subject_without_criteria(body: Body) -> None:
    del body["criteria"]["doanh_nghiep"]


@planted("dien_hinh", ("criteria_other_subject", "doanh_nghiep"))
def subject_with_the_criteria_of_another(body: Body) -> None:
    body["criteria"]["doanh_nghiep"] = "dien_hinh_co_quan"


@planted("dien_hinh", ("short_slack", "figures<results_report"))
def conflict_that_nobody_signed_for(body: Body) -> None:
    body["waivers"] = body["waivers"][:1]


@planted("dien_hinh", ("waiver_unused", "short_slack:registration<figures"))
def signature_under_nothing(body: Body) -> None:
    body["waivers"].append({**body["waivers"][0], "about": "registration<figures"})


@planted("dien_hinh", ("holder_missing", "assessed"), ("waiver_refused", "holder_missing:assessed"))
def signature_under_what_cannot_be_signed_for(body: Body) -> None:
    del body["states"]["assessed"]["holder"]
    body["waivers"].append({**body["waivers"][0], "finding": "holder_missing", "about": "assessed"})


@planted("dien_hinh", ("label_doubled", "states:Đã rút"))
def two_states_of_one_name(body: Body) -> None:
    body["states"]["lapsed"]["label"] = "Đã rút"


# --- choices, excluded subjects, results and dates by subject ---------------------------------------


@planted(
    "phan_loai",
    ("choice_unknown", "record_meeting>commune_meeting:ledger_result:hang_nhat"),
)
def guard_for_a_choice_that_nobody_offers(body: Body) -> None:
    guards = move(body, "record_meeting", "assessed")["guards"]
    next(guard for guard in guards if guard["guard"] == "ledger_result")["choices"] = ["hang_nhat"]


@planted(
    "phan_loai",
    ("ledger_result_unknown", "classify:awaiting_commune_decision>classified/others:yeu"),
    ("ledger_result_unknown", "classify:awaiting_decision>classified:yeu"),
)
def class_without_a_place_in_the_ledger(body: Body) -> None:
    del body["ledger"]["results"]["yeu"]


@planted("phan_loai", ("deadline_unknown", "registration:never"))
def date_that_gives_way_to_none(body: Body) -> None:
    body["deadlines"]["registration"]["instead"][0]["deadline"] = "never"


@planted("an_toan_antt", ("guard_reads_nothing", "register:draft>registered:in_scope"))
def subjects_left_out_by_what_no_form_asks(body: Body) -> None:
    body["excludes"][0]["field"] = "colour"


@planted("an_toan_antt", ("dates_out_of_order", "figures<results_report"))
def report_before_its_figures_that_nobody_signed_for(body: Body) -> None:
    body["waivers"] = []


# --- awards ---------------------------------------------------------------------------------------


@planted("khen_thuong_tap_the", ("award_field_unknown", "E2.1:songs"))
def condition_that_reads_what_no_report_says(body: Body) -> None:
    body["awards"]["conditions"]["E2.1"]["field"] = "songs"


@planted("khen_thuong_tap_the", ("award_value_unknown", "E2.2:group:choir"))
def condition_of_a_group_that_nobody_belongs_to(body: Body) -> None:
    body["awards"]["conditions"]["E2.2"]["when"]["group"] = ["choir"]


@planted("khen_thuong_ca_nhan", ("award_value_unknown", "no_office:holds_office:never"))
def preference_that_nobody_can_have(body: Body) -> None:
    body["awards"]["preferences"]["no_office"]["any_of"] = ["never"]


@planted(
    "khen_thuong_tap_the",
    ("award_form_unentered", "giay_khen_ubnd_huyen"),
    ("ledger_result_unknown", "award:awaiting_commune_decision>awarded:giay_khen_ubnd_huyen"),
)
def form_without_a_place_in_the_ledger(body: Body) -> None:
    del body["ledger"]["results"]["giay_khen_ubnd_huyen"]


@planted("khen_thuong_ca_nhan", ("award_form_unknown", "huy_hieu"))
def way_of_a_form_that_is_none(body: Body) -> None:
    guards = next(move for move in body["transitions"] if move["trigger"] == "submit_to_province")["guards"]
    next(guard for guard in guards if guard["guard"] == "form_is")["any_of"].append("huy_hieu")


@planted("khen_thuong_tap_the", ("source_unknown", "no-plan#1"))
def condition_from_no_source(body: Body) -> None:
    body["awards"]["conditions"]["E3.1"]["source"] = "no-plan#1"


# --- rolls ---------------------------------------------------------------------------------------


@planted("kinh_phi", ("column_unknown", "roll:nothing"))
def title_of_a_roll_that_is_no_column(body: Body) -> None:
    body["roll"]["title"] = "nothing"


@planted("kinh_phi", ("column_reads_nothing", "amount"))
def column_of_a_field_that_is_not_there(body: Body) -> None:
    next(one for one in body["roll"]["columns"] if one["code"] == "amount")["field"] = "price"


@planted("kinh_phi", ("column_unfit", "title"))
def column_of_words_said_to_be_numbers(body: Body) -> None:
    body["roll"]["columns"][0]["holds"] = "number"


@planted("kinh_phi", ("column_senseless", "title"))
def dossiers_counted_by_words_written_freely(body: Body) -> None:
    body["roll"]["columns"][0]["tally"] = True


@planted("hoat_dong", ("column_never_says", "campaign_counts:type:dot_khac"))
def paper_for_an_answer_nobody_can_give(body: Body) -> None:
    body["attachments"]["campaign_counts"]["where"]["any_of"] = ["dot_khac"]


@planted("ra_soat_mo_hinh", ("column_too_late", "xep_loai_mo_hinh:cho_ra_soat>loai_tot:tot:grade"))
def guard_narrowed_by_a_paper_of_the_same_act(body: Body) -> None:
    move(body, "xep_loai_mo_hinh")["guards"][0]["where"] = {"column": "grade", "any_of": ["tot"]}


@planted("chuong_trinh_phoi_hop", ("demand_undated", "ra_quan:people"))
def demand_of_a_year_on_what_has_no_date(body: Body) -> None:
    body["roll"]["demands"][0]["per_dossier"] = "people"


@planted("mo_hinh", ("lasting_with_years", "mo_hinh"))
def years_of_a_kind_that_lasts(body: Body) -> None:
    body["lasting"] = True
