using System.Globalization;
using System.Security.Cryptography;
using Rapport.Fhir;

namespace Rapport.Merging;

/// <summary>Reduces an R4 resource to the <see cref="Fact"/> it tells.</summary>
internal static class FactReader
{
    /// <summary>More numbers, names or parts than that say nothing more of what an entry is.</summary>
    private const int MostKeys = 16;

    private const int MostParts = 32;

    /// <summary>What is larger is no measurement: it is compared as it is written.</summary>
    private const decimal LargestNumber = 1e12m;

    /// <summary>Who gives numbers by which an entry is known here: they say nothing of what others call it.</summary>
    private const string OwnSystems = "urn:x-rapport";

    internal static Fact? Read(Resource resource)
    {
        var root = resource.Root;
        if (FactShape.Of(resource.TypeName) is not { } shape || IsMistake(root))
        {
            return null;
        }

        var concept = new ConceptKeys();
        foreach (var element in shape.Concepts.SelectMany(name => Each(root, name)).Take(MostKeys))
        {
            concept.Take(element, shape.Kind);
        }

        // How a visit was held names it only where nothing says what it was for.
        if (shape.Kind == FactKind.Visit && concept.NameKeys.Count + concept.Codes.Count == 0 && First(root, "class") is { } held)
        {
            concept.Take(held, shape.Kind);
        }

        return new Fact
        {
            Kind = shape.Kind,
            Codes = concept.Codes.ToSorted(),
            Systems = concept.Systems.ToSorted(),
            Names = concept.NameKeys.ToSorted(),
            Words = [.. concept.Words],
            Concepts = concept.Listed.ToSorted(),
            Identifiers = [.. Identifiers(root)],
            Time = TimeOf(root, shape),
            IsDenied = IsDenied(root),
            Holds = Holds(root, shape),
            Medicine = concept.Medicine,
            Antigens = concept.Antigens,
            Sites = Sites(root),
            Value = First(root, "value") is { } value ? ValueOf(value) : null,
            Parts = [.. Parts(root)],
            Analyte = concept.Analyte,
            Content = ContentOf(root, shape.Kind),
        };
    }

    internal static IEnumerable<Element> Each(Element parent, string name)
    {
        foreach (var child in parent.Children)
        {
            if (child.Name == name)
            {
                yield return child;
            }
        }
    }

    internal static Element? First(Element parent, string name) => parent.TryGetChild(name, out var child) ? child : null;

    internal static string? Text(Element parent, string name) => First(parent, name)?.GetString();

    private static IEnumerable<string> CodesOf(Element root, string name) =>
        Each(root, name).SelectMany(element => element.HasValue ? [element.GetString()!] : Each(element, "coding").Select(coding => Text(coding, "code") ?? ""));

    /// <summary>What was entered by mistake tells nothing.</summary>
    private static bool IsMistake(Element root) => States(root).Contains("entered-in-error");

    private static IEnumerable<string> States(Element root) => CodesOf(root, "status").Concat(CodesOf(root, "lifecycleStatus")).Concat(CodesOf(root, "verificationStatus"));

    private static bool IsDenied(Element root) =>
        States(root).Any(state => state is "refuted" or "not-done" or "not-taken" or "rejected") || Text(root, "doNotPerform") == "true" || Text(root, "wasNotGiven") == "true";

    private static bool? Holds(Element root, FactShape shape)
    {
        var states = shape.States.Select(name => CodesOf(root, name).ToList()).FirstOrDefault(codes => codes.Count > 0) ?? [];
        return states.Exists(state => state is "active" or "recurrence" or "relapse" or "intended" or "accepted" or "planned" or "proposed" or "on-hold") ? true
            : states.Exists(state => state is "inactive" or "remission" or "resolved" or "completed" or "stopped" or "cancelled" or "revoked") ? false
            : null;
    }

    private static FactTime? TimeOf(Element root, FactShape shape)
    {
        foreach (var element in shape.Dates.Select(name => First(root, name)).OfType<Element>())
        {
            var time = element.HasValue ? FactTime.Of(element.GetString()) : FactTime.Of(Text(element, "start") ?? Text(element, "end"));
            if (time is not null)
            {
                return time;
            }
        }

        return null;
    }

    private static IEnumerable<ulong> Identifiers(Element root)
    {
        HashSet<ulong> keys = [];
        foreach (var identifier in Each(root, "identifier").Take(MostKeys))
        {
            var (system, value) = (Text(identifier, "system"), Text(identifier, "value"));
            if (system is { Length: > 0 } && value is { Length: > 2 } && !system.StartsWith(OwnSystems, StringComparison.Ordinal))
            {
                // A number that is a URI or an OID is the same wherever it stands.
                keys.Add(system == "urn:ietf:rfc:3986" ? Names.Hash('#', value.Replace("urn:oid:", "", StringComparison.Ordinal)) : Names.Hash('#', $"{system.Replace("urn:oid:", "", StringComparison.Ordinal)}|{value}"));
            }
        }

        return keys.Order();
    }

    private static ulong[] Sites(Element root)
    {
        var sites = new ConceptKeys();
        foreach (var site in Each(root, "bodySite").Take(MostKeys))
        {
            sites.Take(site, FactKind.Problem);
        }

        return sites.Codes.Concat(sites.NameKeys).ToSorted();
    }

    /// <summary>What was found in parts. Of very many the rest is one part, compared as it is written.</summary>
    private static IEnumerable<(ulong[] Keys, FactValue Value)> Parts(Element root)
    {
        foreach (var part in Each(root, "component").Take(MostParts).Select(PartOf))
        {
            if (part is { } told)
            {
                yield return told;
            }
        }

        var rest = Each(root, "component").Skip(MostParts).Select(component => Convert.ToHexString(SHA256.HashData(component.RawUtf8)));
        if (string.Join(' ', rest) is { Length: > 0 } hashes)
        {
            yield return ([Names.Hash('x', "")], FactValue.Told([Names.Hash('x', hashes)]));
        }
    }

    private static (ulong[] Keys, FactValue Value)? PartOf(Element component)
    {
        if (First(component, "code") is not { } code || First(component, "value") is not { } value)
        {
            return null;
        }

        var concept = new ConceptKeys();
        concept.Take(code, FactKind.Measurement);
        return (concept.All.ToSorted(), ValueOf(value));
    }

    /// <summary>What is found, with a value that is equal to none where it cannot be read.</summary>
    private static FactValue ValueOf(Element value)
    {
        switch (value.TypeName)
        {
            case "Quantity" or "SimpleQuantity" or "Age" or "Duration" when NumberOf(First(value, "value")) is { } amount:
                return new FactValue(amount, StepOf(amount), UnitOf(value), Text(value, "comparator"), []);
            case "Quantity" when First(value, "value") is null:
                return FactValue.Told([]);
            case "integer" or "decimal" when NumberOf(value) is { } plain:
                return new FactValue(plain, StepOf(plain), null, null, []);
            case "CodeableConcept":
                var concept = new ConceptKeys();
                concept.Take(value, FactKind.Measurement);
                return FactValue.Told(concept.Codes.Concat(concept.Told));
            default:
                // A range, a ratio, a curve: the same when it is told in the same way.
                return FactValue.Told([value.HasValue ? Names.ToldKey(value.GetString()!) : Names.Hash('x', Convert.ToHexString(SHA256.HashData(value.RawUtf8)))]);
        }
    }

    private static decimal? NumberOf(Element? number) =>
        number?.GetString() is { } text && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) && Math.Abs(amount) <= LargestNumber ? amount : null;

    private static string? UnitOf(Element quantity) => (Text(quantity, "code") ?? Text(quantity, "unit")) is { Length: > 0 } unit ? Units.CodeOf(unit) ?? unit : null;

    private static decimal StepOf(decimal number)
    {
        var step = 1m;
        for (var scale = number.Scale; scale > 0; scale--)
        {
            step /= 10;
        }

        return step;
    }

    private static ulong ContentOf(Element root, FactKind kind)
    {
        if (kind == FactKind.Relative)
        {
            var had = Each(root, "condition").SelectMany(condition => Each(condition, "code")).Select(NameOrCodes).Distinct().Order(StringComparer.Ordinal);
            return Names.Hash('r', $"{Names.Normal(Text(root, "name"), NameRules.People)}|{string.Join('|', had)}");
        }

        if (kind == FactKind.Document)
        {
            var hashes = Each(root, "content").Select(content => First(content, "attachment") is { } attachment ? Text(attachment, "hash") : null).Where(hash => hash is { Length: > 0 }).ToList();
            return hashes.Count == 0 ? 0 : Names.Hash('h', string.Join(' ', hashes));
        }

        return 0;
    }

    private static string NameOrCodes(Element concept) =>
        Names.Normal(ConceptKeys.BestName(concept), NameRules.Things) ?? string.Join(' ', Each(concept, "coding").Select(coding => $"{Text(coding, "system")}|{Text(coding, "code")}"));
}
