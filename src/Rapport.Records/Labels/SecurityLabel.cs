using System.Text.Json;
using Rapport.Consent;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>A security label as it is compared: under the R4 name of its system, whatever name it came by. One without a code has an empty one.</summary>
/// <param name="System">Its code system.</param>
/// <param name="Code">Its code.</param>
public readonly record struct SecurityLabel(string System, string Code)
{
    /// <summary>HL7's kinds of sensitive content.</summary>
    public const string ActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

    /// <summary>HL7's levels of confidentiality.</summary>
    public const string Confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

    /// <summary>The restricted level: what keeps a document home that nobody has looked at.</summary>
    public static SecurityLabel Restricted { get; } = new(Confidentiality, SecurityLabels.Restricted);

    /// <summary>Whether it keeps an entry home unless a consent names it. What says that something is sensitive but not what does.</summary>
    public bool IsSensitive => Code.Length == 0 || SecurityLabels.IsSensitive(System, Code);

    /// <summary>A label by its names.</summary>
    public static SecurityLabel Of(string system, string code)
    {
        var (known, same) = SecurityLabels.Canonical(system, code);
        return new SecurityLabel(known, same);
    }

    /// <summary>What a Coding says.</summary>
    public static SecurityLabel Of(Element coding) => Of(
        coding.TryGetChild("system", out var system) ? system.GetString() ?? "" : "",
        coding.TryGetChild("code", out var code) ? code.GetString() ?? "" : "");

    /// <summary>It as a Coding in JSON.</summary>
    internal string ToJson() => $$"""{"system":"{{JsonEncodedText.Encode(System)}}","code":"{{JsonEncodedText.Encode(Code)}}"}""";
}
