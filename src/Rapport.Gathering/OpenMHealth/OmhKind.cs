using System.Collections.Frozen;

namespace Rapport.Gathering;

/// <summary>What becomes of the points of a schema.</summary>
/// <param name="Field">The property with the measurement; null for a schema whose parts are all alike.</param>
/// <param name="Display">English name; LOINC's own where there is a code.</param>
/// <param name="Loinc">LOINC code; null where LOINC has none that fits.</param>
/// <param name="Category">Code of <c>observation-category</c>.</param>
/// <param name="Metric">The series of points that say nothing but value and time; null for an Observation each.</param>
internal sealed record OmhKind(string? Field, string Display, string? Loinc, string Category, Metric? Metric = null)
{
    private const string Vital = "vital-signs", Activity = "activity", Exam = "exam", Laboratory = "laboratory";

    private static readonly FrozenDictionary<string, OmhKind> All = new Dictionary<string, OmhKind>
    {
        ["omh/heart-rate"] = Of("heart_rate", Metrics.HeartRate),
        ["omh/respiratory-rate"] = Of("respiratory_rate", Metrics.RespiratoryRate),
        ["omh/oxygen-saturation"] = Of("oxygen_saturation", Metrics.OxygenSaturation),
        ["omh/step-count"] = Of("step_count", Metrics.Steps),
        ["omh/calories-burned"] = Of("kcal_burned", Metrics.ActiveEnergy),
        ["omh/minutes-moderate-activity"] = new("minutes_moderate_activity", "Time of moderate activity", null, Activity, Metrics.ExerciseTime),
        ["omh/speed"] = Of("speed", Metrics.Speed),
        ["omh/pace"] = new("pace", "Pace", null, Activity),
        ["ieee/ambient-sound"] = new("ambient_sound", "Sound level around", null, Activity),
        ["omh/blood-glucose"] = new("blood_glucose", "Glucose", null, Laboratory, Metrics.Glucose),
        ["omh/body-weight"] = Of("body_weight", "weight"),
        ["omh/body-height"] = Of("body_height", "height"),
        ["omh/body-mass-index"] = Of("body_mass_index", "bmi"),
        ["omh/body-fat-percentage"] = Of("body_fat_percentage", "body-fat"),
        ["omh/body-temperature"] = Of("body_temperature", "temperature"),
        ["omh/blood-pressure"] = new(null, MeasuredObservation.PressureDisplay, MeasuredObservation.PressureLoinc, Vital),
        ["omh/physical-activity"] = new("activity_name", "Exercise activity", "73985-4", Activity),
        ["omh/sleep-duration"] = new("sleep_duration", "Sleep duration", "93832-4", Activity),
        ["omh/total-sleep-time"] = new("total_sleep_time", "Sleep duration", "93832-4", Activity),
        ["omh/sleep-episode"] = new(null, "Sleep duration", "93832-4", Activity),
        ["omh/rr-interval"] = new("rr_interval", "R-R interval", null, Vital),
        ["omh/breath-carbon-monoxide"] = new("breath_carbon_monoxide", "Carbon monoxide in breath", null, Exam),
        ["omh/minute-volume"] = new("minute_volume", "Volume breathed in a minute", null, Exam),
        ["omh/inspiratory-time"] = new("inspiratory_time", "Time of breathing in", null, Exam),
        ["omh/expiratory-time"] = new("expiratory_time", "Time of breathing out", null, Exam),
        ["omh/ventilation-cycle-time"] = new("ventilation_cycle_time", "Time of a breath", null, Exam),
    }.ToFrozenDictionary();

    // A body without header is known by the property that only one schema has.
    private static readonly FrozenDictionary<string, string> ByField = All
        .Where(kind => kind.Value.Field is not null).ToDictionary(kind => kind.Value.Field!, kind => kind.Key)
        .Append(new("systolic_blood_pressure", "omh/blood-pressure")).Append(new("sleep_maintenance_efficiency_percentage", "omh/sleep-episode")).ToFrozenDictionary();

    /// <summary>What becomes of a schema's points; null for one that is not taken.</summary>
    internal static OmhKind? Find(string schema) => All.GetValueOrDefault(schema);

    /// <summary>The schema that a body without header must be of; null when it looks like none.</summary>
    internal static string? Guess(System.Text.Json.JsonElement body)
    {
        if (body.ValueKind == System.Text.Json.JsonValueKind.Object)
        {
            foreach (var (field, schema) in ByField)
            {
                if (body.TryGetProperty(field, out _))
                {
                    return schema;
                }
            }
        }

        return null;
    }

    private static OmhKind Of(string field, Metric metric) => new(field, metric.Display, metric.Loinc, metric.Category, metric);

    private static OmhKind Of(string field, string measurand) => Of(field, Measurand.Named(measurand));

    private static OmhKind Of(string field, Measurand measurand) => new(field, measurand.Display, measurand.Loinc, measurand.Category);
}
