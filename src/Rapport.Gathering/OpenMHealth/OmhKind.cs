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
        ["omh/heart-rate"] = new("heart_rate", "Heart rate", "8867-4", Vital, Metrics.HeartRate),
        ["omh/respiratory-rate"] = new("respiratory_rate", "Respiratory rate", "9279-1", Vital, Metrics.RespiratoryRate),
        ["omh/oxygen-saturation"] = new("oxygen_saturation", "Oxygen saturation in Arterial blood by Pulse oximetry", "59408-5", Vital, Metrics.OxygenSaturation),
        ["omh/step-count"] = new("step_count", "Number of steps in unspecified time Pedometer", "55423-8", Activity, Metrics.Steps),
        ["omh/calories-burned"] = new("kcal_burned", "Calories burned", "41981-2", Activity, Metrics.ActiveEnergy),
        ["omh/minutes-moderate-activity"] = new("minutes_moderate_activity", "Time of moderate activity", null, Activity, Metrics.ExerciseTime),
        ["omh/speed"] = new("speed", "Speed", null, Activity, Metrics.Speed),
        ["omh/pace"] = new("pace", "Pace", null, Activity),
        ["ieee/ambient-sound"] = new("ambient_sound", "Sound level around", null, Activity),
        ["omh/blood-glucose"] = new("blood_glucose", "Glucose", null, Laboratory, Metrics.Glucose),
        ["omh/body-weight"] = new("body_weight", "Body weight", "29463-7", Vital),
        ["omh/body-height"] = new("body_height", "Body height", "8302-2", Vital),
        ["omh/body-mass-index"] = new("body_mass_index", "Body mass index (BMI) [Ratio]", "39156-5", Vital),
        ["omh/body-fat-percentage"] = new("body_fat_percentage", "Percentage of body fat Measured", "41982-0", Exam),
        ["omh/body-temperature"] = new("body_temperature", "Body temperature", "8310-5", Vital),
        ["omh/blood-pressure"] = new(null, "Blood pressure panel with all children optional", "85354-9", Vital),
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
}
