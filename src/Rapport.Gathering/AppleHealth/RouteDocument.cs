using System.Globalization;
using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// Ways that workouts went. The file is kept as it came, packed, as a document of its own that is marked as restricted: it tells where somebody lives.
/// How high and how fast it went are points of series.
/// </summary>
internal static class RouteDocument
{
    /// <summary>Adds the bytes of a route and a document that points to them.</summary>
    /// <param name="harvest">Where it goes.</param>
    /// <param name="key">Names the route.</param>
    /// <param name="title">The file's own name.</param>
    /// <param name="route">The workout; null when none names the route.</param>
    /// <param name="packed">The file, packed with gzip.</param>
    /// <param name="place">Where it stood.</param>
    internal static void Add(Harvest harvest, string key, string title, WorkoutRoute? route, byte[] packed, Provenance place)
    {
        if (KeptBytes.Add(harvest, key + "\nbytes", packed, "application/gzip", place, R4.Restricted(), title) is not { } attachment)
        {
            return;
        }

        var document = R4.Resource("DocumentReference").With("meta", R4.Restricted());
        document["status"] = "current";
        document["type"] = AppleCode.Of("Route of a workout", null, "HKWorkoutRouteTypeIdentifier");
        document["subject"] = R4.Self();
        document["content"] = R4.List(new JsonObject { ["attachment"] = attachment });
        if (route is not null)
        {
            document["context"] = new JsonObject { ["period"] = R4.Period(route.Start.Fhir, route.End.Fhir), ["related"] = R4.List(R4.Reference(route.Workout)) };
        }

        harvest.Add(key, document, place);
    }

    /// <summary>Adds height and speed at one moment; what is no number or not there is left out.</summary>
    internal static void AddPoint(Harvest harvest, string device, long at, short offset, string? altitude, string? speed)
    {
        Add(Metrics.Altitude, altitude);
        Add(Metrics.Speed, speed);

        void Add(Metric metric, string? text)
        {
            if (text is not null
                && (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !harvest.Series.Add(metric, device, new SeriesPoint(at, 0, value, offset))))
            {
                // Below zero is how a phone says that it does not know its speed.
                harvest.Skip($"{metric.Name} on a route", text.StartsWith('-') && metric == Metrics.Speed ? NotTakenReason.SaysNothing : NotTakenReason.Implausible, $"at {DateTimeOffset.FromUnixTimeMilliseconds(at):u}");
            }
        }
    }
}
