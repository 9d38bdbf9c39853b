using System.Globalization;
using System.Xml;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Routes as files in <see href="https://www.topografix.com/GPX/1/1/">GPX 1.1</see>, with speed as Apple's extension.</summary>
internal static class GpxRoute
{
    /// <summary>Takes the file that <see cref="Harvest.File"/> names.</summary>
    internal static void Take(IReadOnlyList<RoutePoint> points, byte[] file, string name, WorkoutRoute? route, Harvest harvest)
    {
        foreach (var point in points)
        {
            RouteDocument.AddPoint(harvest, route?.Device ?? "", point.At, route?.Start.OffsetMinutes ?? 0, point.Altitude, point.Speed);
        }

        if (points.Count == 0)
        {
            harvest.Skip("route", NotTakenReason.NoValue, "gpx");
            return;
        }

        RouteDocument.Add(harvest, $"route\n{name}", name, route, KeptBytes.Pack(file), new Provenance { Path = "gpx/trk" });
    }

    /// <summary>The points that have a time.</summary>
    /// <exception cref="XmlException">It is not well-formed.</exception>
    /// <exception cref="InvalidDataException">It breaks a limit, or is no GPX.</exception>
    internal static IReadOnlyList<RoutePoint> Read(byte[] file)
    {
        List<RoutePoint> points = [];
        using var walk = new XmlWalk(new MemoryStream(file, writable: false));
        var reader = walk.Reader;
        if (!walk.Read() || (reader.NodeType != XmlNodeType.Element && reader.MoveToContent() != XmlNodeType.Element) || reader.LocalName != "gpx")
        {
            throw new InvalidDataException("the route is no GPX");
        }

        while (walk.Read())
        {
            if (reader is { NodeType: XmlNodeType.Element, LocalName: "trkpt" } && Point(walk) is { } point)
            {
                points.Add(point);
            }
        }

        return points;
    }

    private static RoutePoint? Point(XmlWalk walk)
    {
        var reader = walk.Reader;
        var depth = reader.Depth;
        if (reader.IsEmptyElement)
        {
            return null;
        }

        string? name = null, altitude = null, speed = null, time = null;
        while (walk.Read() && reader.Depth > depth)
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                name = reader.LocalName;
            }
            else if (reader.NodeType == XmlNodeType.EndElement)
            {
                name = null;
            }
            else if (reader.NodeType == XmlNodeType.Text)
            {
                (altitude, speed, time) = name switch { "ele" => (reader.Value, speed, time), "speed" => (altitude, reader.Value, time), "time" => (altitude, speed, reader.Value), _ => (altitude, speed, time) };
            }
        }

        return DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? new RoutePoint(at.ToUnixTimeMilliseconds(), altitude, speed) : null;
    }
}

/// <summary>A place on the way, without where it is.</summary>
/// <param name="At">When, in milliseconds since 1970.</param>
/// <param name="Altitude">Metres above the sea, as they stand.</param>
/// <param name="Speed">Metres a second, as they stand.</param>
internal sealed record RoutePoint(long At, string? Altitude, string? Speed);
