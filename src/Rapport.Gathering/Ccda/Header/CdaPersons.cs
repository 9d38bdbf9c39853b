using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Rapport.Gathering;

/// <summary>Names, addresses and ways to reach somebody, as FHIR has them.</summary>
internal static class CdaPersons
{
    private const int Most = 20;

    private static readonly Dictionary<string, string> NameUses = new()
    {
        ["L"] = "official",
        ["P"] = "nickname",
        ["ASGN"] = "usual",
        ["C"] = "usual",
    };

    private static readonly Dictionary<string, string> AddressUses = new()
    {
        ["H"] = "home",
        ["HP"] = "home",
        ["HV"] = "temp",
        ["WP"] = "work",
        ["DIR"] = "work",
        ["PUB"] = "work",
        ["TMP"] = "temp",
        ["BAD"] = "old",
    };

    private static readonly Dictionary<string, string> TelecomUses = new()
    {
        ["H"] = "home",
        ["HP"] = "home",
        ["HV"] = "temp",
        ["WP"] = "work",
        ["DIR"] = "work",
        ["PUB"] = "work",
        ["TMP"] = "temp",
        ["MC"] = "mobile",
        ["BAD"] = "old",
    };

    private static readonly Dictionary<string, string> Schemes = new()
    {
        ["tel"] = "phone",
        ["fax"] = "fax",
        ["x-text-fax"] = "fax",
        ["mailto"] = "email",
        ["http"] = "url",
        ["https"] = "url",
        ["ftp"] = "url",
        ["sms"] = "sms",
    };

    internal static JsonArray Names(XElement? element, CdaValues values) =>
        [.. element.Cdas("name").Take(Most).Select(name => (JsonNode?)Name(name, values)).Where(name => name is not null)];

    internal static JsonArray Addresses(XElement? element, CdaValues values) =>
        [.. element.Cdas("addr").Take(Most).Select(address => (JsonNode?)Address(address, values)).Where(address => address is not null)];

    internal static JsonArray Telecoms(XElement? element, CdaValues values) =>
        [.. element.Cdas("telecom").Take(Most).Select(telecom => (JsonNode?)Telecom(telecom, values)).Where(telecom => telecom is not null)];

    internal static JsonObject? Name(XElement? name, CdaValues values)
    {
        if (name is null)
        {
            return null;
        }

        var (family, given) = (Words.Tidy(string.Join(' ', Parts(name, "family"))), Strings(Parts(name, "given")));
        var human = new JsonObject().With("use", IsOfBirth(name) ? "maiden" : UseOf(name, NameUses));
        human.With("text", family is null && given.Count == 0 ? Words.Of(name) : null).With("family", family).With("given", given)
            .With("prefix", Strings(Parts(name, "prefix"))).With("suffix", Strings(Parts(name, "suffix"))).With("period", values.Period(name.First("validTime")));
        return human["text"] is null && human["family"] is null && human["given"] is null ? null : human;
    }

    /// <summary>A name in one line, for references.</summary>
    internal static string? Display(XElement? name) => name is null ? null
        : Words.Tidy(string.Join(' ', [.. Parts(name, "prefix"), .. Parts(name, "given"), .. Parts(name, "family"), .. Parts(name, "suffix")]))
        ?? Words.Of(name)?.ReplaceLineEndings(" ");

    internal static JsonObject? Address(XElement address, CdaValues values)
    {
        string? One(string part) => Parts(address, part).FirstOrDefault();
        var lines = Strings([.. Parts(address, "streetAddressLine"), .. StreetOf(address), .. Parts(address, "additionalLocator"), .. Parts(address, "unitID"), .. Parts(address, "postBox")]);
        var json = new JsonObject().With("use", UseOf(address, AddressUses)).With("line", lines).With("city", One("city")).With("district", One("county"))
            .With("state", One("state")).With("postalCode", One("postalCode")).With("country", One("country"));
        var said = json.Any(property => property.Key != "use");
        if (!said && Words.Of(address) is { } text)
        {
            json["text"] = text;
            said = true;
        }

        return said ? json.With("period", values.Period(address.First("useablePeriod"))) : null;
    }

    internal static JsonObject? Telecom(XElement telecom, CdaValues values)
    {
        if (telecom.At("value") is not { Length: <= 500 } text || Words.Tidy(text) is not { } tidy)
        {
            return null;
        }

        var colon = tidy.IndexOf(':');
        var scheme = colon > 0 ? Schemes.GetValueOrDefault(tidy[..colon].ToLowerInvariant()) : null;
        var (system, value) = scheme is null ? (tidy.Contains('@', StringComparison.Ordinal) ? "email" : "phone", tidy)
            : scheme == "url" ? (scheme, tidy) : (scheme, tidy[(colon + 1)..].Trim());
        return value.Length == 0 ? null
            : new JsonObject { ["system"] = system, ["value"] = value }.With("use", UseOf(telecom, TelecomUses))
            .With("period", values.Period(telecom.First("useablePeriod")));
    }

    private static string? UseOf(XElement element, Dictionary<string, string> uses) =>
        element.At("use")?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(use => uses.GetValueOrDefault(use)).FirstOrDefault(use => use is not null);

    private static bool IsOfBirth(XElement name) => name.Cdas("family").Any(part => part.At("qualifier") == "BR") && name.Cdas("family").Count() == 1;

    private static IEnumerable<string> StreetOf(XElement address) =>
        Words.Tidy(string.Join(' ', [.. Parts(address, "houseNumber"), .. Parts(address, "direction"), .. Parts(address, "streetName"), .. Parts(address, "streetNameType")])) is { } street ? [street] : [];

    private static IEnumerable<string> Parts(XElement element, string name) => element.Cdas(name).Where(part => part.NullFlavor() is null)
        .Select(part => Words.Tidy(part.Value)).OfType<string>().Take(Most);

    private static JsonArray Strings(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];
}
