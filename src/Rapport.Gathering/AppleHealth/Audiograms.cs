using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>Tests of hearing: how loud a tone must be to be heard, for each ear and frequency.</summary>
internal static class Audiograms
{
    private static readonly (string Attribute, string Display)[] Ears = [("leftEar", "left ear"), ("rightEar", "right ear")];

    internal static void Take(AppleElement audiogram, AppleExport export)
    {
        if (export.Begin(audiogram, "HKDataTypeIdentifierAudiogram") is not { } about)
        {
            return;
        }

        var points = audiogram.Children.Where(child => child.Name.Equals("SensitivityPoint", StringComparison.OrdinalIgnoreCase)).Take(100);
        var thresholds = new JsonArray([.. points.SelectMany(point => Ears.Select(ear => Threshold(point, ear.Attribute, ear.Display))).OfType<JsonNode>()]);
        if (thresholds.Count == 0)
        {
            export.Skip(audiogram.Name, NotTakenReason.NoValue, audiogram.Line);
            return;
        }

        var observation = about.New(about.Code("Audiogram", null), "exam", null).With("component", thresholds);
        about.Add(observation, "", []);
    }

    private static JsonObject? Threshold(AppleElement point, string ear, string words) =>
        AppleNumber.TryDecimal(point[ear + "Value"], out var value) && point["frequencyValue"] is { } frequency && (point[ear + "Unit"] ?? "dBHL") == "dBHL"
            ? new JsonObject { ["code"] = R4.Concept($"Hearing threshold, {words}, {frequency} {point["frequencyUnit"] ?? "Hz"}"), ["valueQuantity"] = R4.Quantity(value, "dBHL", "dB") }
            : null;
}
