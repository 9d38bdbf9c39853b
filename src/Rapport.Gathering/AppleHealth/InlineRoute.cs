using System.Text;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Routes as older exports have them: places inside the workout itself.</summary>
internal static class InlineRoute
{
    private static readonly string[] Columns = ["date", "latitude", "longitude", "altitude", "horizontalAccuracy", "verticalAccuracy", "course", "speed"];

    internal static void Take(AppleElement[] locations, WorkoutRoute route, AppleExport export)
    {
        var table = new StringBuilder().AppendJoin(',', Columns).Append('\n');
        foreach (var location in locations)
        {
            table.AppendJoin(',', Columns.Select(column => location[column]?.Replace(',', ' '))).Append('\n');
            if (location.Time("date") is { } at)
            {
                RouteDocument.AddPoint(export.Harvest, route.Device, at.Utc, at.OffsetMinutes, location["altitude"], location["speed"]);
            }
            else
            {
                export.Skip(location.Name, NotTakenReason.NoTime, location.Line);
            }
        }

        var place = new Provenance { Line = locations[0].Line, Path = "Workout/WorkoutRoute/Location", Converted = ["the places became a table, packed with gzip"] };
        var key = $"route\n{route.Workout}\n{locations.Length}\n{locations[0]["date"]}";
        RouteDocument.Add(export.Harvest, key, "route.csv.gz", route, KeptBytes.Pack(Encoding.UTF8.GetBytes(table.ToString())), place);
    }
}
