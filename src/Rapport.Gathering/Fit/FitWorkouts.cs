using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Workouts: an Observation for each session, with what it sums up, its pauses and its laps.</summary>
internal sealed class FitWorkouts(FitReading reading)
{
    private const int MostLaps = 1_000;
    private const int MostPauses = 200;
    private const long MostLength = 30L * 24 * 3_600_000;

    // Field, name, scale, offset, unit. The better of two fields for the same stands first.
    private static readonly Sum[] Sums =
    [
        new(8, null, "Exercise duration", "55411-3", "total_timer_time", 1000, "s", "s"),
        new(7, null, "Time from beginning to end", null, "total_elapsed_time", 1000, "s", "s"),
        new(9, null, "Distance", null, "total_distance", 100, "m", "m"),
        new(11, null, "Calories burned", "41981-2", "total_calories", 1, "kcal", "kcal"),
        new(16, null, "Heart rate, average", null, "avg_heart_rate", 1, "/min", "/min"),
        new(17, null, "Heart rate, greatest", null, "max_heart_rate", 1, "/min", "/min"),
        new(64, null, "Heart rate, least", null, "min_heart_rate", 1, "/min", "/min"),
        new(124, 14, "Speed, average", null, "avg_speed", 1000, "m/s", "m/s"),
        new(125, 15, "Speed, greatest", null, "max_speed", 1000, "m/s", "m/s"),
        new(18, null, "Cadence, average", null, "avg_cadence", 1, "/min", "/min"),
        new(19, null, "Cadence, greatest", null, "max_cadence", 1, "/min", "/min"),
        new(20, null, "Power, average", null, "avg_power", 1, "W", "W"),
        new(21, null, "Power, greatest", null, "max_power", 1, "W", "W"),
        new(34, null, "Power, weighted average", null, "normalized_power", 1, "W", "W"),
        new(22, null, "Ascent", null, "total_ascent", 1, "m", "m"),
        new(23, null, "Descent", null, "total_descent", 1, "m", "m"),
        new(10, null, "Cycles: strides, turns or strokes", null, "total_cycles", 1, "cycles", "{cycles}"),
        new(48, null, "Work", null, "total_work", 1, "J", "J"),
    ];

    private static readonly Sum[] LapSums =
    [
        new(8, null, "duration", null, "total_timer_time", 1000, "s", "s"),
        new(9, null, "distance", null, "total_distance", 100, "m", "m"),
        new(11, null, "calories", null, "total_calories", 1, "kcal", "kcal"),
        new(15, null, "heart rate, average", null, "avg_heart_rate", 1, "/min", "/min"),
        new(16, null, "heart rate, greatest", null, "max_heart_rate", 1, "/min", "/min"),
        new(110, 13, "speed, average", null, "avg_speed", 1000, "m/s", "m/s"),
        new(111, 14, "speed, greatest", null, "max_speed", 1000, "m/s", "m/s"),
        new(17, null, "cadence, average", null, "avg_cadence", 1, "/min", "/min"),
        new(18, null, "cadence, greatest", null, "max_cadence", 1, "/min", "/min"),
        new(19, null, "power, average", null, "avg_power", 1, "W", "W"),
        new(20, null, "power, greatest", null, "max_power", 1, "W", "W"),
        new(21, null, "ascent", null, "total_ascent", 1, "m", "m"),
        new(22, null, "descent", null, "total_descent", 1, "m", "m"),
        new(10, null, "cycles", null, "total_cycles", 1, "cycles", "{cycles}"),
    ];

    private readonly List<Workout> _workouts = [];
    private readonly List<Lap> _laps = [];

    internal void TakeSession(in FitMessage session)
    {
        if (PeriodOf(session) is not { } period)
        {
            return;
        }

        var (sport, sub) = (session.Integer(5), session.Integer(6));
        var observation = MeasuredObservation.Of(FitCode.Of("Exercise activity", "73985-4", "session"), "activity", reading.Device);
        observation["effectivePeriod"] = R4.Period(reading.Fhir(period.Start), reading.Fhir(period.End));
        observation["valueCodeableConcept"] = FitCode.Of(FitNames.Sport(sport, sub), null, $"sport.{sport}.{sub ?? 0}");
        var components = new JsonArray();
        AddSums(Sums, session, "session", "", components);
        _workouts.Add(new Workout(period, observation, components, $"fit\nsession\n{reading.Outline.Serial}\n{period.Start}\n{sport}", reading.Provenance(session)));
    }

    internal void TakeLap(in FitMessage lap)
    {
        if (_laps.Count >= MostLaps)
        {
            reading.Harvest.Skip("lap", NotTakenReason.TooLarge, $"byte {lap.At}");
        }
        else if (PeriodOf(lap) is { } period)
        {
            var components = new JsonArray();
            AddSums(LapSums, lap, "lap", "Lap {0}: ", components);
            _laps.Add(new Lap(period, components, lap.At));
        }
    }

    /// <summary>Adds the workouts with their laps, once all are known.</summary>
    internal void Finish()
    {
        foreach (var workout in _workouts)
        {
            Lap[] laps = [.. _laps.Where(lap => lap.Period.Start >= workout.Period.Start && lap.Period.Start <= workout.Period.End && !lap.IsTaken)];
            AddLaps(laps, workout.Components);
            foreach (var (start, end) in reading.Outline.PausesIn(workout.Period.Start, workout.Period.End).Take(MostPauses))
            {
                workout.Components.Add((JsonNode)PeriodComponent(FitCode.Of("Pause", null, "event.timer"), start, end));
            }

            workout.Observation.With("component", workout.Components);
            reading.Harvest.Add(workout.Key, workout.Observation, workout.Provenance);
        }

        foreach (var lap in _laps.Where(lap => !lap.IsTaken))
        {
            reading.Harvest.Skip("lap without a session", NotTakenReason.NoMeaning, $"byte {lap.At}");
        }
    }

    /// <summary>One lap that is the whole workout says nothing of its own.</summary>
    private void AddLaps(Lap[] laps, JsonArray components)
    {
        for (var i = 0; i < laps.Length; i++)
        {
            laps[i].IsTaken = true;
            if (laps.Length == 1)
            {
                reading.Harvest.Skip("lap", NotTakenReason.Repeated, $"byte {laps[i].At}");
                return;
            }

            components.Add((JsonNode)PeriodComponent(FitCode.Of($"Lap {i + 1}", null, "lap"), laps[i].Period.Start, laps[i].Period.End));
            foreach (var sum in laps[i].Components)
            {
                var named = (JsonObject)sum!.DeepClone();
                named["code"]!["text"] = string.Format(System.Globalization.CultureInfo.InvariantCulture, named["code"]!["text"]!.GetValue<string>(), i + 1);
                components.Add((JsonNode)named);
            }
        }
    }

    private JsonObject PeriodComponent(JsonObject code, long start, long end) => new() { ["code"] = code, ["valuePeriod"] = R4.Period(reading.Fhir(start), reading.Fhir(end)) };

    private (long Start, long End)? PeriodOf(in FitMessage message)
    {
        var name = FitProfile.NameOf(message.Number);
        if (FitTime.Milliseconds((uint?)message.Integer(2)) is not { } start)
        {
            reading.Harvest.Skip(name, NotTakenReason.NoTime, $"byte {message.At}");
            return null;
        }

        var length = message.Integer(7) ?? message.Integer(8) ?? 0;
        if (length is >= 0 and <= MostLength)
        {
            return (start, start + length);
        }

        reading.Harvest.Skip($"{name} of more than a month", NotTakenReason.Implausible, $"byte {message.At}");
        return null;
    }

    private static void AddSums(Sum[] sums, in FitMessage message, string name, string prefix, JsonArray components)
    {
        foreach (var sum in sums)
        {
            if ((message.Exact(sum.Field, sum.Scale) ?? (sum.Else is { } other ? message.Exact(other, sum.Scale) : null)) is { } value)
            {
                components.Add((JsonNode)FitCode.Component(FitCode.Of(prefix + sum.Display, sum.Loinc, $"{name}.{sum.Name}"), value, sum.Unit, sum.Ucum));
            }
        }
    }

    private sealed record Sum(byte Field, byte? Else, string Display, string? Loinc, string Name, decimal Scale, string Unit, string Ucum);

    private sealed record Workout((long Start, long End) Period, JsonObject Observation, JsonArray Components, string Key, Provenance Provenance);

    private sealed record Lap((long Start, long End) Period, JsonArray Components, long At)
    {
        internal bool IsTaken { get; set; }
    }
}
