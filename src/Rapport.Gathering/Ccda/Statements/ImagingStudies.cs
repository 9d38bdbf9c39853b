using System.Text.Json.Nodes;
using T = Rapport.Gathering.CcdaTemplates;

namespace Rapport.Gathering;

/// <summary>What a DICOM object catalogue lists: a study with its series and pictures, by their unique ids. The pictures themselves are elsewhere.</summary>
internal static class ImagingStudies
{
    internal static void Map(Statement statement, CcdaReading reading)
    {
        if (statement.Node.First("id").At("root") is not { } study || !CodeSystems.IsOid(study))
        {
            StatementMaps.Wrapper(statement, reading);
            return;
        }

        var entry = reading.Begin(statement, "ImagingStudy");
        entry.Json["identifier"] = R4.List(R4.Identifier("urn:dicom:uid", "urn:oid:" + study));
        entry.Json["status"] = "available";
        var (pictures, series) = (0, new JsonArray());
        foreach (var each in statement.Children.Where(child => child.Is(T.SeriesAct)))
        {
            if (Series(entry, each) is { } json)
            {
                pictures += json["instance"]?.AsArray().Count ?? 0;
                series.Add((JsonNode)json);
                CcdaReading.Fold(each);
            }
        }

        entry.Json.With("subject", reading.Subject()).With("started", entry.Values.Moment(statement.Time));
        entry.Json["numberOfSeries"] = series.Count;
        entry.Json["numberOfInstances"] = pictures;
        entry.Json.With("description", Shared.Words(entry)).With("series", series);
        reading.Add(entry);
    }

    private static JsonObject? Series(CcdaEntry entry, Statement statement)
    {
        var modality = entry.Values.Coding(statement.Code.First("qualifier", "value")) ?? entry.Values.Coding(statement.Code);
        if (statement.Node.First("id").At("root") is not { } uid || !CodeSystems.IsOid(uid) || modality is null)
        {
            return null;
        }

        var instances = new JsonArray();
        foreach (var picture in statement.Children.Where(child => child.Is(T.SopInstance)))
        {
            if (picture.Node.First("id").At("root") is { } sop && CodeSystems.IsOid(sop) && picture.Code.At("code") is { } kind && CodeSystems.IsOid(kind))
            {
                instances.Add((JsonNode)new JsonObject { ["uid"] = sop, ["sopClass"] = R4.Coding("urn:ietf:rfc:3986", "urn:oid:" + kind) });
                CcdaReading.Fold(picture);
            }
        }

        return new JsonObject { ["uid"] = uid }.With("modality", modality).With("description", entry.Values.Text(statement.Node.First("text")))
            .With("started", entry.Values.Moment(statement.Time))
            .With("instance", instances);
    }
}
