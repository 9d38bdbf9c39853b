using System.Text.Json.Nodes;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>What each element of an export says of itself: what it is, when it was, and what saw it.</summary>
/// <param name="Export">The export.</param>
/// <param name="Element">The element.</param>
/// <param name="Type">HealthKit's identifier.</param>
/// <param name="Device">What measured.</param>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended.</param>
internal sealed record Sighting(AppleExport Export, AppleElement Element, string Type, string Device, WallTime Start, WallTime End)
{
    /// <summary>Its code, with HealthKit's own beside it.</summary>
    internal JsonObject Code(string display, string? loinc) => AppleCode.Of(display, loinc, Type);

    /// <summary>An Observation without a value.</summary>
    internal JsonObject New(JsonObject code, string? category, string? label) => New(code, category, Device, Start, End, Element.WasTyped, label);

    /// <summary>An Observation without a value.</summary>
    internal static JsonObject New(JsonObject code, string? category, string device, WallTime start, WallTime end, bool wasTyped, string? label = null)
    {
        var observation = MeasuredObservation.Of(code, category, device, wasTyped, label is null ? null : AppleCode.Sensitive(label));
        WallTime.SetEffective(observation, start, end);
        return observation;
    }

    /// <summary>Adds it to the harvest.</summary>
    /// <param name="observation">What it became.</param>
    /// <param name="value">What it says, by which it is known when it comes again.</param>
    /// <param name="converted">What was changed, in sentences.</param>
    internal string? Add(JsonObject observation, string value, IReadOnlyList<string> converted) => Export.Harvest.Add(
        Key(value), observation, new Provenance { Line = Element.Line, Path = Type, Excerpt = Element.Excerpt(), Converted = converted });

    private string Key(string value) => $"{Type}\n{Element["sourceName"]}\n{Start.Fhir}\n{End.Fhir}\n{value}";
}
