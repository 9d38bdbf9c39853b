using System.Collections.Frozen;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>What becomes of a kind of message.</summary>
/// <param name="Name">Its name in the profile.</param>
/// <param name="Why">Why it is not taken; null for one that is.</param>
/// <param name="Taken">The fields that are used, of one that is taken.</param>
internal sealed record FitKind(string Name, NotTakenReason? Why, FrozenSet<byte> Taken);

/// <summary>Names and numbers of the public FIT profile, as far as they are met.</summary>
internal static class FitProfile
{
    internal const ushort FileId = 0, UserProfile = 3, Sport = 12, Session = 18, Lap = 19, Record = 20, Event = 21, DeviceInfo = 23, WeightScale = 30,
        Activity = 34, BloodPressure = 51, Monitoring = 55, MonitoringInfo = 103, FieldDescription = 206, MonitoringHeartRate = 211, Oxygen = 269, SleepLevel = 275, Respiration = 297;

    // What every message may have and what says nothing of a person: time, index, group, part.
    private static readonly byte[] Common = [253, 254, 250, 251];

    private static readonly FrozenDictionary<ushort, FitKind> Kinds = new Dictionary<ushort, FitKind>
    {
        [FileId] = Taken("file_id", 0, 1, 2, 3, 4, 5, 8),
        [Session] = Taken("session", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29, 30, 31, 32, 34, 38, 39, 48, 64, 110, 124, 125),
        [Lap] = Taken("lap", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 39, 110, 111),
        [Record] = Taken("record", 0, 1, 2, 3, 4, 5, 6, 7, 8, 39, 41, 73, 78, 99, 108),
        [Event] = Taken("event", 0, 1, 2, 3, 4),
        [Activity] = Taken("activity", 0, 1, 2, 3, 4, 5, 6),
        [WeightScale] = Taken("weight_scale", 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13),
        [BloodPressure] = Taken("blood_pressure", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
        [Monitoring] = Taken("monitoring", 0, 2, 3, 5, 6, 11, 19, 24, 25, 26, 27),
        [MonitoringInfo] = Taken("monitoring_info", 0, 1, 3, 4, 5),
        [MonitoringHeartRate] = Taken("monitoring_hr_data", 0, 1),
        [Oxygen] = Taken("spo2_data", 0, 1, 2),
        [SleepLevel] = Taken("sleep_level", 0),
        [Respiration] = Taken("respiration_rate", 0),
        [1] = Left("capabilities"),
        [2] = Left("device_settings"),
        [UserProfile] = Left("user_profile", NotTakenReason.NoTime),
        [4] = Left("hrm_profile"),
        [5] = Left("sdm_profile"),
        [6] = Left("bike_profile"),
        [7] = Left("zones_target"),
        [8] = Left("hr_zone"),
        [9] = Left("power_zone"),
        [10] = Left("met_zone"),
        [Sport] = Left("sport", NotTakenReason.Repeated),
        [15] = Left("goal", NotTakenReason.UnknownKind),
        [22] = Left("source"),
        [DeviceInfo] = Left("device_info"),
        [26] = Left("workout", NotTakenReason.UnknownKind),
        [27] = Left("workout_step", NotTakenReason.UnknownKind),
        [28] = Left("schedule", NotTakenReason.UnknownKind),
        [31] = Left("course", NotTakenReason.UnknownKind),
        [32] = Left("course_point", NotTakenReason.UnknownKind),
        [33] = Left("totals", NotTakenReason.Repeated),
        [35] = Left("software"),
        [37] = Left("file_capabilities"),
        [38] = Left("mesg_capabilities"),
        [39] = Left("field_capabilities"),
        [49] = Left("file_creator"),
        [53] = Left("speed_zone"),
        [72] = Left("training_file"),
        [78] = Left("hrv", NotTakenReason.UnknownKind),
        [101] = Left("length", NotTakenReason.UnknownKind),
        [106] = Left("slave_device"),
        [127] = Left("connectivity"),
        [128] = Left("weather_conditions"),
        [131] = Left("cadence_zone"),
        [132] = Left("hr", NotTakenReason.UnknownKind),
        [142] = Left("segment_lap", NotTakenReason.Repeated),
        [FieldDescription] = Left("field_description"),
        [207] = Left("developer_data_id"),
        [216] = Left("time_in_zone", NotTakenReason.Repeated),
        [227] = Left("stress_level", NotTakenReason.UnknownKind),
        [370] = Left("hrv_status_summary", NotTakenReason.UnknownKind),
        [371] = Left("hrv_value", NotTakenReason.UnknownKind),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<(ushort Message, byte Field), string> Fields = Names(
        (Record, "0 position_lat|1 position_long|2 altitude|3 heart_rate|4 cadence|5 distance|6 speed|7 power|8 compressed_speed_distance|9 grade|10 resistance|11 time_from_course|12 cycle_length|13 temperature|17 speed_1s|18 cycles|19 total_cycles|28 compressed_accumulated_power|29 accumulated_power|30 left_right_balance|31 gps_accuracy|32 vertical_speed|33 calories|39 vertical_oscillation|40 stance_time_percent|41 stance_time|42 activity_type|43 left_torque_effectiveness|44 right_torque_effectiveness|45 left_pedal_smoothness|46 right_pedal_smoothness|47 combined_pedal_smoothness|48 time128|49 stroke_type|50 zone|51 ball_speed|52 cadence256|53 fractional_cadence|54 total_hemoglobin_conc|57 saturated_hemoglobin_percent|62 device_index|73 enhanced_speed|78 enhanced_altitude|83 vertical_ratio|84 stance_time_balance|85 step_length|99 respiration_rate|108 enhanced_respiration_rate|139 core_temperature"),
        (Session, "2 start_time|3 start_position_lat|4 start_position_long|5 sport|6 sub_sport|7 total_elapsed_time|8 total_timer_time|9 total_distance|10 total_cycles|11 total_calories|13 total_fat_calories|14 avg_speed|15 max_speed|16 avg_heart_rate|17 max_heart_rate|18 avg_cadence|19 max_cadence|20 avg_power|21 max_power|22 total_ascent|23 total_descent|24 total_training_effect|29 nec_lat|30 nec_long|31 swc_lat|32 swc_long|33 num_lengths|34 normalized_power|35 training_stress_score|36 intensity_factor|37 left_right_balance|38 end_position_lat|39 end_position_long|41 avg_stroke_count|42 avg_stroke_distance|43 swim_stroke|44 pool_length|45 threshold_power|46 pool_length_unit|47 num_active_lengths|48 total_work|49 avg_altitude|50 max_altitude|51 gps_accuracy|57 avg_temperature|58 max_temperature|59 total_moving_time|64 min_heart_rate|65 time_in_hr_zone|71 min_altitude|89 avg_vertical_oscillation|90 avg_stance_time_percent|91 avg_stance_time|92 avg_fractional_cadence|93 max_fractional_cadence|94 total_fractional_cycles|111 sport_index|124 enhanced_avg_speed|125 enhanced_max_speed|137 total_anaerobic_training_effect"),
        (Lap, "2 start_time|3 start_position_lat|4 start_position_long|5 end_position_lat|6 end_position_long|7 total_elapsed_time|8 total_timer_time|9 total_distance|10 total_cycles|11 total_calories|12 total_fat_calories|13 avg_speed|14 max_speed|15 avg_heart_rate|16 max_heart_rate|17 avg_cadence|18 max_cadence|19 avg_power|20 max_power|21 total_ascent|22 total_descent|23 intensity|24 lap_trigger|25 sport|33 normalized_power|34 left_right_balance|39 sub_sport|41 total_work|42 avg_altitude|43 max_altitude|50 avg_temperature|51 max_temperature|77 avg_vertical_oscillation|79 avg_stance_time|80 avg_fractional_cadence|81 max_fractional_cadence|82 total_fractional_cycles|110 enhanced_avg_speed|111 enhanced_max_speed"),
        (Monitoring, "0 device_index|1 calories|2 distance|3 cycles|4 active_time|5 activity_type|6 activity_subtype|7 activity_level|8 distance_16|9 cycles_16|10 active_time_16|11 local_timestamp|12 temperature|14 temperature_min|15 temperature_max|16 activity_time|19 active_calories|24 current_activity_type_intensity|25 timestamp_min_8|26 timestamp_16|27 heart_rate|28 intensity|29 duration_min|30 duration|31 ascent|32 descent|33 moderate_activity_minutes|34 vigorous_activity_minutes"),
        (WeightScale, "0 weight|1 percent_fat|2 percent_hydration|3 visceral_fat_mass|4 bone_mass|5 muscle_mass|7 basal_met|8 physique_rating|9 active_met|10 metabolic_age|11 visceral_fat_rating|12 user_profile_index|13 bmi"),
        (BloodPressure, "0 systolic_pressure|1 diastolic_pressure|2 mean_arterial_pressure|3 map_3_sample_mean|4 map_morning_values|5 map_evening_values|6 heart_rate|7 heart_rate_type|8 status|9 user_profile_index"),
        (Event, "0 event|1 event_type|2 data16|3 data|4 event_group"));

    /// <summary>What becomes of a message; null for one that the public profile does not have.</summary>
    internal static FitKind? Find(ushort message) => Kinds.GetValueOrDefault(message);

    /// <summary>The name of a message.</summary>
    internal static string NameOf(ushort message) => Find(message)?.Name ?? $"message {message}";

    /// <summary>The name of a field.</summary>
    internal static string NameOf(ushort message, byte field) => Fields.GetValueOrDefault((message, field)) ?? (field == 253 ? "timestamp" : $"field {field}");

    /// <summary>Whether a field tells where somebody was.</summary>
    internal static bool IsPlace(ushort message, byte field) =>
        NameOf(message, field) is { } name && (name.EndsWith("_lat", StringComparison.Ordinal) || name.EndsWith("_long", StringComparison.Ordinal));

    private static FitKind Taken(string name, params byte[] fields) => new(name, null, [.. fields, .. Common]);

    private static FitKind Left(string name, NotTakenReason why = NotTakenReason.NotAboutPatient) => new(name, why, []);

    private static FrozenDictionary<(ushort Message, byte Field), string> Names(params (ushort Message, string Names)[] tables) => tables
        .SelectMany(table => table.Names.Split('|').Select(name => (table.Message, Words: name.Split(' '))))
        .ToFrozenDictionary(name => (name.Message, byte.Parse(name.Words[0])), name => name.Words[1]);
}
