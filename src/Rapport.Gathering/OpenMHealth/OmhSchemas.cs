using System.Collections.Frozen;
using System.Globalization;
using static Rapport.Gathering.OmhShape;

namespace Rapport.Gathering;

/// <summary>
/// What data points of Open mHealth and IEEE 1752.1 must be, by schema and version, as far as measurements of people go. Source: the schemas' documentation
/// at openmhealth.org and IEEE Std 1752.1-2021.
/// </summary>
internal static class OmhSchemas
{
    private static readonly OmhShape DateTime = Text("a date and time with its offset, such as `2013-02-05T07:25:00-08:00`", text => SafeJson.Time(text) is not null);
    private static readonly OmhShape Date = Text("a date", text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
    private static readonly OmhShape PartOfDay = OneOf("morning", "afternoon", "evening", "night");
    private static readonly OmhShape LocalTime = Text("a time of day", IsLocalTime);
    private static readonly OmhShape Duration = Unit("ps", "ns", "us", "ms", "sec", "min", "h", "d", "wk", "Mo", "yr");
    private static readonly OmhShape Mass = Unit("fg", "pg", "ng", "ug", "mg", "g", "kg", "Metric Ton", "gr", "oz", "lb", "Ton");
    private static readonly OmhShape Length = Unit("fm", "pm", "nm", "um", "mm", "cm", "m", "km", "in", "ft", "yd", "mi");
    private static readonly OmhShape Area = Unit("mm^2", "cm^2", "m^2", "km^2", "in^2", "ft^2", "yd^2", "mi^2");
    private static readonly OmhShape Volume = Unit("fL", "pL", "nL", "uL", "mL", "cL", "dL", "L", "kL", "fl oz", "Cup", "in^3", "pt", "qt", "gal", "tsp", "tbsp");
    private static readonly OmhShape Temperature = Unit("K", "F", "C");
    private static readonly OmhShape Acceleration = Unit("m/s^2");
    private static readonly OmhShape AngularVelocity = Unit("rad/s");
    private static readonly OmhShape Flux = Unit("pT", "nT", "uT", "mT", "T");
    private static readonly OmhShape Angle = Unit("deg");
    private static readonly OmhShape Speed = Unit("m/s", "km/h");
    private static readonly OmhShape Pace = Unit("min/mi", "min/km");
    private static readonly OmhShape Energy = Unit("kcal");
    private static readonly OmhShape Pressure = Unit("mmHg");
    private static readonly OmhShape Percent = Unit("%");
    private static readonly OmhShape Seconds = Unit("sec");

    private static readonly OmhShape IeeeInterval = Either(
        "an interval: two of start, end and duration",
        Object(("!start_date_time", DateTime), ("!duration", Duration)), Object(("!end_date_time", DateTime), ("!duration", Duration)), Object(("!start_date_time", DateTime), ("!end_date_time", DateTime)));

    private static readonly OmhShape Interval = Either(
        "an interval: two of start, end and duration, or a date and a part of the day",
        Object(("!start_date_time", DateTime), ("!duration", Duration)), Object(("!end_date_time", DateTime), ("!duration", Duration)), Object(("!start_date_time", DateTime), ("!end_date_time", DateTime)), Object(("!date", Date), ("!part_of_day", PartOfDay)));

    private static readonly OmhShape Frame = Either("a moment (`date_time`) or an interval (`time_interval`)", Object(("!date_time", DateTime)), Object(("!time_interval", Interval)));
    private static readonly OmhShape IeeeFrame = Either("a moment (`date_time`) or an interval (`time_interval`)", Object(("!date_time", DateTime)), Object(("!time_interval", IeeeInterval)));
    private static readonly OmhShape IntervalFrame = Object(("!time_interval", Interval));

    private static readonly OmhShape Statistic = OneOf(
        "average", "maximum", "minimum", "standard deviation", "variance", "sum", "median", "count", "20th percentile", "80th percentile", "quartile deviation", "lower quartile", "upper quartile", "1st quintile", "2nd quintile", "3rd quintile", "4th quintile");

    private static readonly OmhShape Denominator = OneOf("d", "wk", "Mo", "episode", "meal", "session");
    private static readonly OmhShape ToActivity = OneOf("at rest", "active", "before exercise", "after exercise", "during exercise");
    private static readonly OmhShape ToSleep = OneOf("before sleeping", "during sleep", "on waking");
    private static readonly OmhShape ToMeal = OneOf("fasting", "not fasting", "before meal", "after meal", "before breakfast", "after breakfast", "before lunch", "after lunch", "before dinner", "after dinner", "2 hours postprandial", "not related to meals", "with meal", "with food");
    private static readonly OmhShape Posture = OneOf("sitting", "lying down", "standing", "semi-recumbent");
    private static readonly OmhShape OldPosture = OneOf("sitting", "lying down", "standing");
    private static readonly OmhShape Location =
        OneOf("left ankle", "right ankle", "left hip", "right hip", "left thigh", "right thigh", "left thorax", "middle left thorax", "left upper arm", "right upper arm", "left wrist", "right wrist");
    private static readonly OmhShape Specimen = OneOf("whole blood", "plasma", "serum");
    private static readonly OmhShape OldSource = OneOf("interstitial fluid", "capillary blood", "plasma", "serum", "tears", "whole blood");
    private static readonly OmhShape Source = OneOf("breath", "capillary blood", "interstitial fluid", "lacrimal fluid", "saliva", "sweat", "tears", "urine");
    private static readonly OmhShape Glucose = Unit("mg/dL", "mmol/L");
    private static readonly OmhShape OldSite = OneOf("oral", "rectal", "vaginal", "axillary", "otic", "wrist", "chest", "temporal");
    private static readonly OmhShape Site = OneOf("axillary", "finger", "forehead", "oral", "rectal", "temporal artery", "toe", "tympanic", "wrist", "vagina");

    private static readonly OmhShape SchemaId = Object(("!namespace", AnyText), ("!name", AnyText), ("!version", Text("a version such as `1.0`", text => Major(text) is not null)));

    /// <summary>The header of a data point of Open mHealth.</summary>
    internal static readonly OmhShape Header = Object(
        ("!id", AnyText), ("!creation_date_time", DateTime), ("!schema_id", SchemaId),
        ("acquisition_provenance", Object(("!source_name", AnyText), ("source_creation_date_time", DateTime), ("modality", OneOf("sensed", "self-reported")))));

    /// <summary>The header of a data point of IEEE 1752.1.</summary>
    internal static readonly OmhShape IeeeHeader = Object(("!uuid", AnyText), ("!schema_id", SchemaId), ("source_creation_date_time", DateTime), ("modality", OneOf("sensed", "self-reported")));

    private static readonly OmhShape Medicine = Either(
        "a medicine with its strength and one name, or both",
        Object(("!generic_name", AnyText), ("!strength", List(Unit()))), Object(("!trade_name", AnyText), ("!strength", List(Unit())), ("generic_name", Text("no name", static _ => false))));

    private static readonly OmhShape Schedule = List(Object(
        ("!dose_duration", Object()), ("!medication_dose", Object()), ("dose_recurrence", Object())));

    private static readonly OmhShape Prescription = Object(("!medication", Medicine), ("!schedule", Schedule), ("route", AnyText));

    private static readonly OmhShape Metadata = List(Object(("!key", AnyText), ("!value", Anything)));
    private static readonly OmhShape QuantityType = Text("a quantity type of HealthKit", text => text.StartsWith("HKQuantityTypeIdentifier", StringComparison.Ordinal) && RecordKinds.Find(text) is not null);
    private static readonly OmhShape CategoryType = Text("a category type of HealthKit", text => text.StartsWith("HKCategoryTypeIdentifier", StringComparison.Ordinal) && RecordKinds.Find(text) is not null);

    private static readonly OmhShape QuantitySample = Either(
        "a quantity with either a value with its unit or a count",
        Object(("!quantity_type", QuantityType), ("!effective_time_frame", Frame), ("metadata", Metadata), ("!unit_value", Unit()), ("count", None())),
        Object(("!quantity_type", QuantityType), ("!effective_time_frame", Frame), ("metadata", Metadata), ("!count", Number), ("unit_value", None())));

    private static readonly OmhShape CategorySample = Object(("!category_type", CategoryType), ("!category_value", AnyText), ("!effective_time_frame", Frame), ("metadata", Metadata));

    private static readonly FrozenDictionary<string, (int From, OmhShape Shape)[]> All = new Dictionary<string, (int From, OmhShape Shape)[]>
    {
        ["omh/acceleration"] = [(1, Object(("!acceleration_x", Acceleration), ("!acceleration_y", Acceleration), ("acceleration_z", Acceleration), ("!effective_time_frame", Frame)))],
        ["omh/acceleration-unit-value"] = [(1, Acceleration)],
        ["omh/ambient-temperature"] = [(1, Timed(false, ("!ambient_temperature", Temperature)))],
        ["omh/angular-velocity-unit-value"] = [(1, AngularVelocity)],
        ["omh/area-unit-value"] = [(1, Area)],
        ["omh/blood-glucose"] =
        [
            (1, Timed(false, ("!blood_glucose", Glucose), ("blood_specimen_type", Specimen), ("temporal_relationship_to_meal", ToMeal), ("temporal_relationship_to_sleep", ToSleep))),
            (2, Timed(false, ("!blood_glucose", Glucose), ("specimen_source", OldSource), ("temporal_relationship_to_meal", ToMeal), ("temporal_relationship_to_sleep", ToSleep))),
            (3, Timed(true, ("!blood_glucose", Glucose), ("specimen_source", Source), ("temporal_relationship_to_meal", ToMeal), ("temporal_relationship_to_sleep", ToSleep))),
            (4, IeeeTimed(("!blood_glucose", Glucose), ("specimen_source", Source), ("temporal_relationship_to_meal", ToMeal), ("temporal_relationship_to_sleep", ToSleep))),
        ],
        ["omh/blood-pressure"] =
        [
            (1, Timed(false, ("!systolic_blood_pressure", Pressure), ("!diastolic_blood_pressure", Pressure), ("position_during_measurement", OldPosture))),
            (2, Timed(false, ("!systolic_blood_pressure", Pressure), ("!diastolic_blood_pressure", Pressure), ("body_posture", Posture), ("measurement_location", Location), ("temporal_relationship_to_physical_activity", ToActivity))),
            (3, Timed(true, ("!systolic_blood_pressure", Pressure), ("!diastolic_blood_pressure", Pressure), ("body_posture", Posture), ("measurement_location", Location), ("temporal_relationship_to_physical_activity", ToActivity))),
            (4, IeeeTimed(("!systolic_blood_pressure", Pressure), ("!diastolic_blood_pressure", Pressure), ("body_posture", Posture), ("measurement_location", Location), ("temporal_relationship_to_physical_activity", ToActivity))),
        ],
        ["omh/blood-specimen-type"] = [(1, Specimen)],
        ["omh/body-fat-percentage"] = [(1, Timed(false, ("!body_fat_percentage", Percent))), (2, IeeeTimed(("!body_fat_percentage", Percent)))],
        ["omh/body-height"] = [(1, Timed(false, ("!body_height", Length))), (2, IeeeTimed(("!body_height", Length)))],
        ["omh/body-location"] = [(1, Location)],
        ["omh/body-mass-index"] = [(1, Timed(false, ("!body_mass_index", Unit("kg/m2")))), (2, Timed(true, ("!body_mass_index", Unit("kg/m^2")))), (3, IeeeTimed(("!body_mass_index", Unit("kg/m^2"))))],
        ["omh/body-posture"] = [(1, Posture)],
        ["ieee/body-posture"] = [(1, Posture)],
        ["omh/body-temperature"] =
        [
            (1, Timed(false, ("!body_temperature", Temperature), ("measurement_location", OldSite))),
            (2, Timed(false, ("!body_temperature", Temperature), ("measurement_location", Site), ("temporal_relationship_to_sleep", ToSleep))),
            (3, Timed(true, ("!body_temperature", Temperature), ("measurement_location", Site), ("temporal_relationship_to_sleep", ToSleep))),
            (4, IeeeTimed(("!body_temperature", Temperature), ("measurement_location", Site), ("temporal_relationship_to_sleep", ToSleep))),
        ],
        ["omh/body-weight"] = [(1, Timed(false, ("!body_weight", Mass))), (2, Timed(true, ("!body_weight", Mass))), (3, IeeeTimed(("!body_weight", Mass)))],
        ["omh/breath-carbon-monoxide"] = [(1, Timed(false, ("!breath_carbon_monoxide", Unit("ppm"))))],
        ["omh/calories-burned"] = [(1, Timed(false, ("!kcal_burned", Energy))), (2, Object(("!kcal_burned", Energy), ("!effective_time_frame", IntervalFrame), ("descriptive_statistic", Statistic)))],
        ["omh/data-point"] = [(1, Object(("!header", Header), ("!body", Object())))],
        ["omh/date-time"] = [(1, DateTime)],
        ["omh/descriptive-statistic"] = [(1, Statistic)],
        ["omh/descriptive-statistic-denominator"] = [(1, Denominator)],
        ["omh/diastolic-blood-pressure"] = [(1, Pressure)],
        ["omh/systolic-blood-pressure"] = [(1, Pressure)],
        ["omh/duration-unit-value"] = [(1, Duration)],
        ["omh/expiratory-time"] = [(1, Timed(false, ("!expiratory_time", Seconds)))],
        ["omh/inspiratory-time"] = [(1, Timed(false, ("!inspiratory_time", Seconds)))],
        ["omh/ventilation-cycle-time"] = [(1, Timed(true, ("!ventilation_cycle_time", Seconds)))],
        ["omh/minute-volume"] = [(1, Timed(false, ("!minute_volume", Unit("mL/min", "L/min")), ("minute_volume_type", OneOf("inspiratory", "expiratory", "total"))))],
        ["omh/frequency-unit-value"] = [(1, Object(("!number_of_times", Number), ("!time_window", Either("a duration or a range of durations", Duration, Object(("!low_value", Number), ("!high_value", Number), ("!unit", AnyText))))))],
        ["omh/geoposition"] = [(1, Object(("!latitude", Angle), ("!longitude", Angle), ("!effective_time_frame", Frame), ("elevation", Unit("m", "ft"))))],
        ["omh/header"] = [(1, Header)],
        ["omh/heart-rate"] = [(1, Timed(false, ("!heart_rate", Unit("beats/min")), ("temporal_relationship_to_physical_activity", ToActivity))), (2, Timed(true, ("!heart_rate", Unit("beats/min")), ("temporal_relationship_to_physical_activity", ToActivity), ("temporal_relationship_to_sleep", ToSleep)))],
        ["omh/kcal-unit-value"] = [(1, Energy)],
        ["omh/length-unit-value"] = [(1, Length)],
        ["omh/local-time"] = [(1, LocalTime)],
        ["omh/magnetic-flux-density-unit-value"] = [(1, Flux)],
        ["omh/magnetic-force"] = [(1, Object(("!magnetic_field_strength_x", Flux), ("!magnetic_field_strength_y", Flux), ("magnetic_field_strength_z", Flux), ("!effective_time_frame", Frame)))],
        ["omh/mass-unit-value"] = [(1, Mass)],
        ["omh/medication"] = [(1, Medicine)],
        ["omh/medication-prescription"] = [(1, Prescription)],
        ["omh/patient-medication-schedule"] = [(1, Prescription)],
        ["omh/medication-adherence-percent"] = [(1, Object(("!medication_prescription", Prescription), ("!medication_adherence_percent", Percent)))],
        ["omh/pharmacy-medication-dispensing"] = [(1, Object(("!medication_prescription", Prescription), ("!medication_dispensed", AnyText), ("!amount_dispensed", Unit()), ("!time_frame_medication_dispensed", Frame)))],
        ["omh/single-medication-dose-taken"] = [(1, Object(("!medication", Medicine), ("!dose", Unit()), ("!effective_time_frame", Frame)))],
        ["omh/reason-single-medication-dose-not-taken"] = [(1, Object(("!medication", Medicine), ("!reason_for_missing_dose", AnyText), ("!effective_time_frame", Frame)))],
        ["omh/minutes-moderate-activity"] = [(1, Timed(false, ("!minutes_moderate_activity", Unit("min"))))],
        ["omh/orientation"] = [(1, Object(("!angular_velocity_x", AngularVelocity), ("!angular_velocity_y", AngularVelocity), ("angular_velocity_z", AngularVelocity), ("!effective_time_frame", Frame)))],
        ["omh/oxygen-saturation"] =
        [
            (1, Timed(false, ("!oxygen_saturation", Percent), ("supplemental_oxygen_flow_rate", Unit("L/min")), ("oxygen_therapy_mode_of_administration", OneOf("nasal cannula")), ("system", OneOf("peripheral capillary")), ("measurement_method", OneOf("pulse oximetry")))),
            (2, Timed(true, ("!oxygen_saturation", Percent), ("supplemental_oxygen_flow_rate", Unit("L/min")), ("oxygen_therapy_mode_of_administration", OneOf("nasal cannula")), ("system", OneOf("peripheral capillary")), ("measurement_method", OneOf("pulse oximetry")))),
        ],
        ["omh/pace"] = [(1, Timed(true, ("!pace", Pace)))],
        ["omh/pace-unit-value"] = [(1, Pace)],
        ["omh/part-of-day"] = [(1, PartOfDay)],
        ["omh/physical-activity"] = [(1, Timed(false, ("!activity_name", AnyText), ("distance", Length), ("kcal_burned", Energy), ("reported_activity_intensity", OneOf("light", "moderate", "vigorous")), ("met_value", Number)))],
        ["omh/plane-angle-unit-value"] = [(1, Angle)],
        ["omh/position-during-measurement"] = [(1, OldPosture)],
        ["omh/respiratory-rate"] = [(1, Timed(false, ("!respiratory_rate", Unit("breaths/min")), ("temporal_relationship_to_physical_activity", ToActivity))), (2, Timed(true, ("!respiratory_rate", Unit("breaths/min")), ("temporal_relationship_to_physical_activity", ToActivity)))],
        ["omh/rr-interval"] = [(1, Timed(false, ("!rr_interval", Unit("ms"))))],
        ["omh/schema-id"] = [(1, SchemaId)],
        ["omh/sleep-duration"] = [(1, Timed(false, ("!sleep_duration", Unit("sec", "min", "h")))), (2, Object(("!sleep_duration", Unit("sec", "min", "h")), ("!effective_time_frame", IntervalFrame), ("descriptive_statistic", Statistic)))],
        ["omh/total-sleep-time"] = [(1, Object(("!total_sleep_time", Duration), ("!effective_time_frame", IntervalFrame), ("descriptive_statistic", Statistic)))],
        ["omh/sleep-episode"] = [(1, Object(("!effective_time_frame", IntervalFrame), ("latency_to_sleep_onset", Duration), ("latency_to_arising", Duration), ("total_sleep_time", Duration), ("wake_after_sleep_onset", Duration), ("number_of_awakenings", Number), ("is_main_sleep", TrueOrFalse), ("sleep_maintenance_efficiency_percentage", Percent)))],
        ["omh/specimen-source"] = [(1, OldSource), (2, Source)],
        ["omh/speed"] = [(1, Timed(true, ("!speed", Speed)))],
        ["omh/speed-unit-value"] = [(1, Speed)],
        ["omh/step-count"] =
        [
            (1, Timed(false, ("!step_count", Number))),
            (2, Object(("!step_count", Number), ("!effective_time_frame", IntervalFrame), ("descriptive_statistic", Statistic))),
            (3, Object(("!step_count", Unit("steps")), ("!effective_time_frame", IntervalFrame), ("descriptive_statistic", Statistic))),
        ],
        ["omh/temperature-unit-value"] = [(1, Temperature)],
        ["omh/temporal-relationship-to-meal"] = [(1, ToMeal)],
        ["omh/temporal-relationship-to-physical-activity"] = [(1, ToActivity)],
        ["omh/temporal-relationship-to-sleep"] = [(1, ToSleep)],
        ["omh/time-frame"] = [(1, Frame)],
        ["ieee/time-frame"] = [(1, IeeeFrame)],
        ["omh/time-interval"] = [(1, Interval)],
        ["ieee/time-interval"] = [(1, IeeeInterval)],
        ["ieee/ambient-sound"] = [(1, IeeeTimed(("!ambient_sound", Unit("dB"))))],
        ["omh/unit-value"] = [(1, Unit())],
        ["omh/unit-value-range"] = [(1, Object(("!low_value", Number), ("!high_value", Number), ("!unit", AnyText)))],
        ["omh/volume-unit-value"] = [(1, Volume)],
        ["granola/hk-metadata"] = [(1, Metadata)],
        ["granola/hk-quantity-sample"] = [(1, QuantitySample)],
        ["granola/hk-category-sample"] = [(1, CategorySample)],
        ["granola/hk-correlation"] = [(1, Either(
            "a correlation of one or more samples",
            Object(("!correlation_type", Correlation()), ("!effective_time_frame", Frame), ("!quantity_samples", List(QuantitySample, mayBeEmpty: false)), ("category_samples", List(CategorySample)), ("metadata", Metadata)),
            Object(("!correlation_type", Correlation()), ("!effective_time_frame", Frame), ("!category_samples", List(CategorySample, mayBeEmpty: false)), ("quantity_samples", None()), ("metadata", Metadata))))],
        ["granola/hk-workout"] = [(1, Object(("!activity_name", AnyText), ("!effective_time_frame", Frame), ("distance", Length), ("kcal_burned", Energy), ("duration", Seconds), ("metadata", Metadata)))],
    }.ToFrozenDictionary();

    /// <summary>What a schema asks for; null for one that is not known.</summary>
    /// <param name="name">Namespace and name: <c>omh/body-weight</c>.</param>
    /// <param name="version">The version as it is written.</param>
    internal static OmhShape? Find(string name, string version)
    {
        if (!All.TryGetValue(name, out var versions) || Major(version) is not { } major)
        {
            return null;
        }

        OmhShape? found = null;
        foreach (var (from, shape) in versions)
        {
            found = from <= major ? shape : found;
        }

        return found;
    }

    private static OmhShape Timed(bool mustHaveTime, params (string Name, OmhShape Shape)[] fields) =>
        Object([.. fields, (mustHaveTime ? "!effective_time_frame" : "effective_time_frame", Frame), ("descriptive_statistic", Statistic)]);

    private static OmhShape IeeeTimed(params (string Name, OmhShape Shape)[] fields) => Object([.. fields, ("!effective_time_frame", IeeeFrame), ("descriptive_statistic", Statistic)]);

    private static OmhShape None() => Text("meant to be here", static _ => false);

    private static OmhShape Correlation() => OneOf("HKCorrelationTypeIdentifierBloodPressure", "HKCorrelationTypeIdentifierFood");

    private static int? Major(string version) =>
        int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major > 0 ? major : null;

    /// <summary>Hours, minutes, seconds with or without thousandths; a minute may have a leap second.</summary>
    private static bool IsLocalTime(string text) =>
        text.Length is 8 or 12 && text[2] == ':' && text[5] == ':' && (text.Length == 8 || text[8] == '.')
        && text.Select((c, i) => i is 2 or 5 or 8 || char.IsAsciiDigit(c)).All(ok => ok)
        && text[..2].CompareTo("23") <= 0 && text[3..5].CompareTo("59") <= 0 && text[6..8].CompareTo("60") <= 0;
}
