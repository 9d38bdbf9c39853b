using System.Collections.Frozen;
using System.Globalization;
using System.Resources;
using System.Text;

namespace Rapport.Server.Pages.Record.Reading;

/// <summary>What FHIR's own names are called here: elements, types, code systems, units, statuses.</summary>
internal static class Wording
{
    private static readonly (string Prefix, string Name)[] Systems =
    [
        ("http://loinc.org", "LOINC"),
        ("http://snomed.info/sct", "SNOMED CT"),
        ("http://www.nlm.nih.gov/research/umls/rxnorm", "RxNorm"),
        ("http://hl7.org/fhir/sid/cvx", "CVX"),
        ("http://hl7.org/fhir/sid/icd-10", "ICD-10"),
        ("http://hl7.org/fhir/sid/icd-9", "ICD-9"),
        ("http://hl7.org/fhir/sid/ndc", "NDC"),
        ("http://www.ama-assn.org/go/cpt", "CPT"),
        ("http://unitsofmeasure.org", "UCUM"),
        ("http://www.whocc.no/atc", "ATC"),
        ("http://terminology.hl7.org/", "HL7"),
        ("http://hl7.org/fhir/", "HL7"),
        ("urn:oid:", "OID"),
        ("urn:x-rapport:", "Rapport"),
    ];

    private static readonly FrozenDictionary<string, string> Units = new Dictionary<string, string>
    {
        ["mm[Hg]"] = "mmHg",
        ["mmol/L"] = "mmol/L",
        ["Cel"] = "°C",
        ["[degF]"] = "°F",
        ["kg/m2"] = "kg/m²",
        ["{score}"] = "",
        ["(score)"] = "",
        ["score"] = "",
        ["{nominal}"] = "",
        ["{count}"] = "",
        ["{Number}"] = "",
        ["{ratio}"] = "",
        ["[pH]"] = "pH",
        ["1"] = "",
        ["10*3/uL"] = "×10³/µL",
        ["10*6/uL"] = "×10⁶/µL",
        ["10*9/L"] = "×10⁹/L",
        ["x10*9/L"] = "×10⁹/L",
        ["10*12/L"] = "×10¹²/L",
        ["x10*12/L"] = "×10¹²/L",
        ["10^12/L"] = "×10¹²/L",
        ["m[IU]/L"] = "mIU/L",
        ["u[IU]/mL"] = "µIU/mL",
        ["ug/L"] = "µg/L",
        ["ug/mL"] = "µg/mL",
        ["ug/dL"] = "µg/dL",
        ["ug/min"] = "µg/min",
        ["ug"] = "µg",
        ["mcg"] = "µg",
        ["umol/L"] = "µmol/L",
    }.ToFrozenDictionary();

    /// <summary>The name of a code of FHIR's or HL7's own, in the reader's language; null when it is not known here.</summary>
    public static string? Display(string? system, string? code)
    {
        if (system is null || string.IsNullOrEmpty(code) || !(system.StartsWith("http://terminology.hl7.org/", StringComparison.Ordinal) || system.StartsWith("http://hl7.org/fhir/", StringComparison.Ordinal)
            || system.StartsWith("http://dicom.nema.org/", StringComparison.Ordinal)))
        {
            return null;
        }

        return Display(system, code, CultureInfo.CurrentUICulture);
    }

    /// <summary>Whether words are but the code itself, or what it is called here in English: then they can be said in any language.</summary>
    public static bool IsEnglishFor(string words, string? system, string? code) =>
        Display(system, code) is not null
        && (string.Equals(words, Display(system!, code!, Languages.English.Culture), StringComparison.OrdinalIgnoreCase) || string.Equals(words, code!.Replace('-', ' '), StringComparison.OrdinalIgnoreCase));

    private static string? Display(string system, string code, CultureInfo culture)
    {
        // Codes of capitals mean something else in each system; words mean the same everywhere.
        return CodeText.ResourceManager.GetString($"{system.AsSpan(system.LastIndexOf('/') + 1)}.{code}", culture) ?? (code.Any(char.IsLower) ? CodeText.ResourceManager.GetString(code, culture) : null);
    }

    /// <summary>The name people know an element by.</summary>
    public static string Element(string name) => Find(ElementText.ResourceManager, ElementKey(name)) ?? Words(name);

    /// <summary>What an element is looked up by: text files do not tell capitals apart.</summary>
    public static string ElementKey(string name) => name == "subtype" ? "subType" : name;

    /// <summary>The name people know a FHIR type by.</summary>
    public static string Type(string name) => Find(TypeText.ResourceManager, name) ?? Words(name);

    /// <summary>Whether people know a code system by a name.</summary>
    public static bool HasName(string uri) => Systems.Any(system => uri.StartsWith(system.Prefix, StringComparison.Ordinal));

    /// <summary>The name people know a code system by; the host of its address when it is known by no other.</summary>
    public static string System(string? uri)
    {
        if (string.IsNullOrEmpty(uri))
        {
            return ReadingText.Code;
        }

        if (uri is "http://hl7.org/fhir/sid/us-ssn")
        {
            return ReadingText.SocialSecurity;
        }

        if (uri is "urn:ietf:bcp:47")
        {
            return ReadingText.LanguageCode;
        }

        foreach (var (prefix, name) in Systems)
        {
            if (uri.StartsWith(prefix, StringComparison.Ordinal))
            {
                return name;
            }
        }

        return Uri.TryCreate(uri, UriKind.Absolute, out var address) && address.Host.Length > 0 ? address.Host : uri;
    }

    /// <summary>A unit as people write it: UCUM's braces hold a remark, its brackets a unit of custom.</summary>
    public static string Unit(string unit)
    {
        if (Units.TryGetValue(unit, out var known))
        {
            return known;
        }

        if (unit is "mL/min/{1.73_m2}" or "mL/min/1.73m2" or "mL/min/1.73 m2")
        {
            return Say.Fill(ReadingText.PerArea, "mL/min");
        }

        var said = unit.AsSpan().IndexOfAny("{[") < 0
            ? unit
            : unit.Replace("/{1.73_m2}", "/1.73 m²").Replace("{#}", "").Replace('_', ' ').Replace("{", "").Replace("}", "").Replace("[", "").Replace("]", "").Trim();
        return said switch
        {
            "/min" or "beats/min" or "beats/minute" or "breaths/minute" or "breaths/min" => Say.Fill(ReadingText.Per, ReadingText.Minute),
            "/h" => Say.Fill(ReadingText.Per, ReadingText.Hour),
            "/d" => Say.Fill(ReadingText.Per, ReadingText.Day),
            "/wk" => Say.Fill(ReadingText.Per, ReadingText.Week),
            "steps/d" => ReadingText.StepsADay,
            "m/d" => ReadingText.MetresADay,
            "flights/d" => ReadingText.FlightsADay,
            "kcal/d" => ReadingText.KilocaloriesADay,
            "min/d" => ReadingText.MinutesADay,
            ['/', ..] => Say.Fill(ReadingText.Per, said[1..]),
            _ => said,
        };
    }

    /// <summary>The forms of a length of time, such as <c>{0} day|{0} days</c>, for a unit of time; null when it is none.</summary>
    public static string? TimeForms(string unit) => unit switch
    {
        "s" or "sec" or "second" or "seconds" => ReadingText.Seconds,
        "min" or "minute" or "minutes" => ReadingText.Minutes,
        "h" or "hr" or "hour" or "hours" => ReadingText.Hours,
        "d" or "day" or "days" or "Day" or "Day(s)" => ReadingText.Days,
        "wk" or "week" or "weeks" => ReadingText.Weeks,
        "mo" or "month" or "months" => ReadingText.Months,
        "a" or "yr" or "year" or "years" => ReadingText.Years,
        _ => null,
    };

    /// <summary><c>entered-in-error</c> as <c>entered in error</c>.</summary>
    public static string Code(string code) => Find(CodeText.ResourceManager, code) ?? (code.Any(char.IsAsciiDigit) ? code : code.Replace('-', ' ').Replace('_', ' '));

    /// <summary><c>clinicalStatus</c> as <c>Clinical status</c>; the last part of an address the same way.</summary>
    public static string Words(string name)
    {
        var tail = name.AsSpan(name.LastIndexOfAny(['/', '#', ':']) + 1);
        var words = new StringBuilder(tail.Length + 8);
        for (var i = 0; i < tail.Length; i++)
        {
            var c = tail[i];
            if (c is '-' or '_' or '.')
            {
                words.Append(' ');
            }
            else if (char.IsUpper(c) && i > 0 && !char.IsUpper(tail[i - 1]))
            {
                words.Append(' ').Append(char.ToLowerInvariant(c));
            }
            else
            {
                words.Append(i == 0 ? char.ToUpperInvariant(c) : c);
            }
        }

        return words.Length == 0 ? name : words.ToString();
    }

    private static string? Find(ResourceManager texts, string name) => texts.GetString(name, CultureInfo.CurrentUICulture);
}
