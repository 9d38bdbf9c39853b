using System.Text.Json.Nodes;

namespace Rapport.Gathering;

/// <summary>Codes of what a file says: official ones where there are, and the name in the FIT profile.</summary>
internal static class FitCode
{
    private const string System = "urn:x-rapport:fit";

    /// <param name="display">For people; LOINC's own name where there is a LOINC code.</param>
    /// <param name="loinc">LOINC code, or null.</param>
    /// <param name="name">Message and field in the profile: <c>session.sport</c>.</param>
    internal static JsonObject Of(string display, string? loinc, string name) => loinc is null
        ? R4.Concept(display, R4.Coding(System, name))
        : R4.Concept(display, R4.Coding(R4.Loinc, loinc, display), R4.Coding(System, name));

    /// <summary>A part of an Observation with a number.</summary>
    internal static JsonObject Component(JsonObject code, decimal value, string unit, string ucum) => new() { ["code"] = code, ["valueQuantity"] = R4.Quantity(value, unit, ucum) };
}
