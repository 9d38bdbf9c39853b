using System.Globalization;
using System.Text.Json.Nodes;

namespace Rapport.Consent.Tests;

/// <summary>
/// Writes out a Consent from a short form that can be read at a glance: what is a text where FHIR has a coding, a concept, a reference or a period stands
/// for it. Everything that is already FHIR stays as it is. The form is described in Cases/README.md.
/// </summary>
public static class ShortConsent
{
    private static readonly string[] Levels = ["U", "L", "M", "N", "R", "V"];

    public static JsonObject Expand(JsonNode? shortForm)
    {
        var consent = shortForm!.DeepClone().AsObject();
        consent["resourceType"] = "Consent";
        consent.TryAdd("id", "consent");
        consent.TryAdd("status", "active");
        consent.TryAdd("scope", "patient-privacy");
        consent.TryAdd("patient", new JsonObject { ["reference"] = "Patient/maya" });
        consent["category"] = new JsonArray(Concept("http://loinc.org", "59284-0"));
        Replace(consent, "scope", static t => Concept("http://terminology.hl7.org/CodeSystem/consentscope", t));
        Replace(consent, "policy", static t => Concept("http://terminology.hl7.org/CodeSystem/v3-ActCode", t), "policyRule");
        Replace(consent, "signed", static t => t, "dateTime");
        Replace(consent, "openings", Openings, "modifierExtension");
        Replace(consent, "endsWith", static t => new JsonArray(new JsonObject { ["url"] = "urn:rapport:ends-with", ["valueReference"] = Reference(t) }), "modifierExtension");
        if (consent["provision"] is JsonObject root)
        {
            Provision(root);
        }

        return consent;
    }

    /// <summary>`PSY` and `R` are HL7's; `system|code` is what it says.</summary>
    public static string Label(string text) =>
        text.Contains('|', StringComparison.Ordinal) ? text
        : Levels.Contains(text) ? $"http://terminology.hl7.org/CodeSystem/v3-Confidentiality|{text}"
        : $"http://terminology.hl7.org/CodeSystem/v3-ActCode|{text}";

    /// <summary>`loinc|8480-6` and `snomed|38341003` for those systems.</summary>
    public static string Code(string text) => text
        .Replace("loinc|", "http://loinc.org|", StringComparison.Ordinal)
        .Replace("snomed|", "http://snomed.info/sct|", StringComparison.Ordinal);

    private static void Provision(JsonObject rule)
    {
        Replace(rule, "period", Period);
        Replace(rule, "dataPeriod", Period);
        Each(rule, "actor", ExpandActor);
        Each(rule, "purpose", static t => Coding(t, "http://terminology.hl7.org/CodeSystem/v3-ActReason"));
        Each(rule, "action", static t => t.Split('|') is [var system, var code] ? Concept(system, code) : Concept("http://terminology.hl7.org/CodeSystem/consentaction", t));
        Each(rule, "securityLabel", static t => Coding(Label(t), ""));
        Each(rule, "class", static t => Coding(Code(t), "http://hl7.org/fhir/resource-types"));
        Each(rule, "code", static t => new JsonObject { ["coding"] = new JsonArray(Coding(Code(t), "")) });
        Each(rule, "data", static t => new JsonObject { ["meaning"] = t.Split(' ')[0], ["reference"] = Reference(t.Split(' ')[1]) });
        foreach (var inner in rule["provision"]?.AsArray() ?? [])
        {
            Provision(inner!.AsObject());
        }
    }

    /// <summary>`Practitioner/lee` receives; `custodian Organization/clinic` and `author Practitioner/lee` are where data comes from.</summary>
    public static JsonObject ExpandActor(string text)
    {
        var role = text.Split(' ') switch { ["custodian", _] => "CST", ["author", _] => "AUT", _ => "IRCP" };
        return new JsonObject
        {
            ["role"] = Concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", role),
            ["reference"] = Reference(text.Split(' ')[^1]),
        };
    }

    /// <summary>`2026-01-01 to 2026-12-31`; either end may be missing.</summary>
    private static JsonObject Period(string text)
    {
        var period = new JsonObject();
        var ends = text.Split("to", StringSplitOptions.TrimEntries);
        if (ends[0].Length > 0)
        {
            period["start"] = ends[0];
        }

        if (ends[1].Length > 0)
        {
            period["end"] = ends[1];
        }

        return period;
    }

    /// <summary>`1 of 3`, and `1 of 3 until 2026-06-01T10:00:00Z` for the end of the last one.</summary>
    private static JsonArray Openings(string text)
    {
        var words = text.Split(' ');
        var parts = new JsonArray(
            new JsonObject { ["url"] = "allowed", ["valueInteger"] = int.Parse(words[2], CultureInfo.InvariantCulture) },
            new JsonObject { ["url"] = "used", ["valueInteger"] = int.Parse(words[0], CultureInfo.InvariantCulture) });
        if (words.Length > 3)
        {
            parts.Add(new JsonObject { ["url"] = "open-until", ["valueInstant"] = words[4] });
        }

        return [new JsonObject { ["url"] = "urn:rapport:openings", ["extension"] = parts }];
    }

    private static JsonObject Reference(string text) => new() { ["reference"] = text };

    private static JsonObject Concept(string system, string code) => new() { ["coding"] = new JsonArray(Coding(code, system)) };

    private static JsonObject Coding(string text, string system)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return new JsonObject { ["system"] = bar < 0 ? system : text[..bar], ["code"] = text[(bar + 1)..] };
    }

    private static void Replace(JsonObject parent, string name, Func<string, JsonNode> expand, string? newName = null)
    {
        if (parent[name] is JsonValue value)
        {
            parent.Remove(name);
            parent[newName ?? name] = expand(value.GetValue<string>());
        }
    }

    private static void Each(JsonObject parent, string name, Func<string, JsonNode> expand)
    {
        if (parent[name] is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                list[i] = list[i] is JsonValue value ? expand(value.GetValue<string>()) : list[i]!.DeepClone();
            }
        }
    }
}
