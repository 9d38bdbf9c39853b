using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Workouts: what was done, for how long and how far, its pauses and laps, and which way it went.</summary>
internal sealed class Workouts(AppleExport export)
{
    private const string ActivityStart = "HKWorkoutActivityType";
    private const string EventStart = "HKWorkoutEventType";
    private const int MostEvents = 500;
    private const int MostRoutes = 50_000;

    private static readonly (string Attribute, string Display, string? Loinc)[] Totals =
    [
        ("duration", "Exercise duration", "55411-3"),
        ("totalDistance", "Distance", null),
        ("totalEnergyBurned", "Calories burned", "41981-2"),
        ("totalSwimmingStrokeCount", "Swimming strokes", null),
        ("totalFlightsClimbed", "Flights climbed", null),
    ];

    private static readonly (string Key, string Display, bool IsFlag)[] Details =
    [
        ("HKIndoorWorkout", "Indoors", true),
        ("HKElevationAscended", "Ascent", false),
        ("HKElevationDescended", "Descent", false),
        ("HKAverageMETs", "Average effort", false),
        ("HKAverageSpeed", "Average speed", false),
        ("HKMaximumSpeed", "Greatest speed", false),
        ("HKLapLength", "Length of a lap", false),
    ];

    private readonly Dictionary<string, WorkoutRoute> _routes = [];

    /// <summary>How many there were.</summary>
    internal int Count { get; private set; }

    /// <summary>Files of routes that workouts name, by their paths in the zip.</summary>
    internal IReadOnlyDictionary<string, WorkoutRoute> Routes => _routes;

    internal void Take(AppleElement workout)
    {
        if (export.Begin(workout, workout["workoutActivityType"] ?? "Workout") is not { } about)
        {
            return;
        }

        Count++;
        var observation = about.New(AppleCode.Of("Workout", "73985-4", "HKWorkoutTypeIdentifier", "Exercise activity"), "activity", null);
        observation["valueCodeableConcept"] = R4.Concept(AppleText.Title(AppleText.After(about.Type, ActivityStart)), AppleCode.Coding(about.Type));
        observation.With("component", Components(workout));
        NameLeftOut(workout);
        if (about.Add(observation, "", []) is { } reference)
        {
            TakeRoutes(workout, about, reference);
        }
    }

    private JsonArray Components(AppleElement workout)
    {
        var components = new JsonArray();
        foreach (var (attribute, display, loinc) in Totals)
        {
            if (workout[attribute] is { } value)
            {
                components.Add((JsonNode)AppleQuantity.Detail(AppleCode.Of(display, loinc, null), $"{value} {workout[attribute + "Unit"] ?? "count"}"));
            }
        }

        foreach (var statistics in workout.Children.Where(child => child.Name == "WorkoutStatistics"))
        {
            AddStatistics(statistics, components);
        }

        foreach (var (key, display, isFlag) in Details)
        {
            if (workout.Metadata(key) is { } value)
            {
                components.Add((JsonNode)AppleQuantity.Detail(AppleCode.Of(display, null, key), value, isFlag));
            }
        }

        foreach (var happened in workout.Children.Where(child => child.Name == "WorkoutEvent").Take(MostEvents))
        {
            AddEvent(happened, components);
        }

        AddParts(workout, components);
        return components;
    }

    /// <summary>Sum, mean, least and greatest of a type during the workout.</summary>
    private void AddStatistics(AppleElement statistics, JsonArray components)
    {
        if (statistics["type"] is not { } type || statistics["unit"] is not { } unit)
        {
            export.Skip(statistics, NotTakenReason.NoMeaning);
            return;
        }

        var name = AppleText.Title(AppleText.After(type, "HKQuantityTypeIdentifier"));
        foreach (var (attribute, words) in new[] { ("sum", "total"), ("average", "average"), ("minimum", "least"), ("maximum", "greatest") })
        {
            if (statistics[attribute] is { } value)
            {
                components.Add((JsonNode)AppleQuantity.Detail(AppleCode.Of($"{name}, {words}", null, type), $"{value} {unit}"));
            }
        }
    }

    private void AddEvent(AppleElement happened, JsonArray components)
    {
        if (happened["type"] is not { } type || happened.Time("date") is not { } at)
        {
            export.Skip(happened, NotTakenReason.NoTime);
            return;
        }

        var component = new JsonObject { ["code"] = AppleCode.Of(AppleText.Title(AppleText.After(type, EventStart)), null, type) };
        if (Length(happened) is { } length and > 0)
        {
            component["valuePeriod"] = R4.Period(at.Fhir, (at with { Utc = at.Utc + length }).Fhir);
        }
        else
        {
            component["valueDateTime"] = at.Fhir;
        }

        components.Add((JsonNode)component);
    }

    /// <summary>The parts of a triathlon and its like. A workout of one part only repeats itself.</summary>
    private void AddParts(AppleElement workout, JsonArray components)
    {
        AppleElement[] parts = [.. workout.Children.Where(child => child.Name == "WorkoutActivity").Take(MostEvents)];
        foreach (var part in parts)
        {
            var type = part["workoutActivityType"] ?? part["type"] ?? "";
            if (parts.Length == 1)
            {
                export.Skip(part.Name, NotTakenReason.Repeated, part.Line);
            }
            else if (part.Time("startDate") is { } start && part.Time("endDate") is { } end && end.Utc >= start.Utc)
            {
                components.Add((JsonNode)new JsonObject
                {
                    ["code"] = AppleCode.Of($"Part: {AppleText.Words(AppleText.After(type, ActivityStart))}", null, type.Length == 0 ? null : type),
                    ["valuePeriod"] = R4.Period(start.Fhir, end.Fhir),
                });
            }
            else
            {
                export.Skip(part.Name, NotTakenReason.NoTime, part.Line);
            }
        }
    }

    private static long? Length(AppleElement element) =>
        AppleNumber.TryDouble(element["duration"], out var value) && value is >= 0 and < 1_000_000 && AppleUnit.Find(element["durationUnit"] ?? "min")?.Seconds(value) is { } seconds
            ? (long)Math.Round(seconds) * 1000
            : null;

    private void NameLeftOut(AppleElement workout)
    {
        for (var i = 0; i < Math.Min(workout.LeftOut, 1); i++)
        {
            export.Skip("Workout: what stands inside", NotTakenReason.TooLarge, workout.Line);
        }

        foreach (var child in workout.Children.Where(child => child.Name == "WorkoutEvent").Skip(MostEvents))
        {
            export.Skip("WorkoutEvent", NotTakenReason.TooLarge, child.Line);
        }

        foreach (var child in workout.Children.Where(child => child.Name is not ("MetadataEntry" or "WorkoutEvent" or "WorkoutStatistics" or "WorkoutActivity" or "WorkoutRoute")))
        {
            export.Skip(child.Name, NotTakenReason.UnknownKind, child.Line);
        }
    }

    private void TakeRoutes(AppleElement workout, Sighting about, string reference)
    {
        foreach (var route in workout.Children.Where(child => child.Name == "WorkoutRoute"))
        {
            var follows = new WorkoutRoute(reference, about.Device, about.Start, about.End);
            AppleElement[] locations = [.. route.Children.Where(child => child.Name == "Location")];
            foreach (var file in route.Children.Where(child => child.Name == "FileReference"))
            {
                if (file["path"] is { } path && _routes.Count < MostRoutes)
                {
                    _routes[path.TrimStart('/')] = follows;
                }
                else
                {
                    export.Skip("FileReference", NotTakenReason.NoMeaning, file.Line);
                }
            }

            if (locations.Length > 0)
            {
                InlineRoute.Take(locations, follows, export);
            }
        }
    }
}

/// <summary>The workout that a route belongs to.</summary>
/// <param name="Workout">How to refer to it.</param>
/// <param name="Device">What measured.</param>
/// <param name="Start">When the workout began; routes themselves have times in UTC.</param>
/// <param name="End">When it ended.</param>
internal sealed record WorkoutRoute(string Workout, string Device, WallTime Start, WallTime End);
