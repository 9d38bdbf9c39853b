using System.Collections.Frozen;
using Rapport.Fhir;

namespace Rapport.Server.Tests.Leaks;

/// <summary>Makes requests of the FHIR API, out of chance: reads, versions, histories, searches by every parameter there is, <c>$everything</c>.</summary>
internal sealed class FhirKnocks(TwinWorlds worlds, Random random)
{
    private static readonly FrozenDictionary<string, SearchParameter[]> Parameters =
        SearchParameters.ResourceTypes.ToFrozenDictionary(static type => type, static type => SearchParameters.All(type).ToArray());

    private static readonly string[] Prefixes = ["", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];
    private static readonly string[] AnyModifier = ["missing", "exact", "contains", "text", "in", "not-in", "below", "above", "not", "type", "of-type", "Patient"];
    private static readonly string[] OtherTypes = ["Patient", "Practitioner", "Organization", "Consent", "Basic", "Linkage", "Provenance", "AuditEvent", "Binary", "List"];
    private static readonly string[] Purposes = ["TREAT", "ETREAT", "FAMRQT", "PATRQT", "CAREMGT", "HPAYMT", "NOPE"];

    /// <summary>How made entries refer to each other, as searches name it.</summary>
    private static readonly string[] Links =
    [
        "Observation:encounter", "Condition:encounter", "MedicationRequest:encounter", "Procedure:reason-reference", "Encounter:reason-reference", "DiagnosticReport:result", "CarePlan:condition",
        "Observation:patient", "Condition:patient", "Encounter:patient", "DiagnosticReport:patient", "MedicationRequest:patient",
    ];

    private readonly IReadOnlyList<Planted> _entries = worlds.Entries;

    /// <summary>Tokens that no agreement names, of the patient's and of the recipient's: they see nothing, not even what is shared.</summary>
    public static readonly string[] Programs = ["device", "other-app", "doctors-app"];

    /// <summary>What the recipient asks of each entry and each kind, and programs of everything, so that nothing depends on chance alone.</summary>
    public IEnumerable<Knock> Plain()
    {
        foreach (var entry in _entries)
        {
            foreach (var (probe, path) in new[] { ("read", ""), ("version", "/_history/1"), ("version", "/_history/2"), ("history", "/_history") })
            {
                yield return new Knock(probe, "doctor", $"/fhir/{entry.Type}/<{entry.Name}>{path}") { Headers = Usual };
            }
        }

        foreach (var program in Programs)
        {
            yield return new Knock("everything", program, "/fhir/Patient/<patient>/$everything") { Headers = Usual };
            yield return new Knock("search", program, $"/fhir/{_entries[^1].Type}?patient=<patient>") { Headers = Usual };
            yield return new Knock("read", program, $"/fhir/{_entries[^1].Type}/<{_entries[^1].Name}>") { Headers = Usual };
        }

        foreach (var type in Sketch.Types.Append("Patient"))
        {
            var (forth, back) = (Links.Where(link => link.StartsWith(type + ":", StringComparison.Ordinal)), Links.Append(type + ":patient"));
            var whose = type == "Patient" ? "_id=<patient>" : "patient=<patient>";
            yield return new Knock("search", "doctor", $"/fhir/{type}?{whose}&_count=2") { Headers = Usual };
            yield return new Knock("search", "doctor", $"/fhir/{type}?{whose}{string.Concat(forth.Select(static link => $"&_include:iterate={link}"))}{string.Concat(back.Select(static link => $"&_revinclude={link}"))}") { Headers = Usual };
        }
    }

    /// <summary>Another request.</summary>
    public Knock Next() => random.Next(20) switch
    {
        0 or 1 => Read("read", $"/fhir/{TypeOf(out var id)}/{id}{Pick(["", "", "?_format=json", "?_summary=true", "?_elements=id", "?x=y"])}"),
        2 => Read("version", $"/fhir/{TypeOf(out var id)}/{id}/_history/{Pick(["1", "2", "3", "0", "01", "-1", "99999999999"])}"),
        3 => Read("history", random.Next(4) == 0 ? $"/fhir/Patient/{Pick(["<patient>", "<nobody>", "<strangers>"])}/_history" : $"/fhir/{TypeOf(out var id)}/{id}/_history"),
        4 => Everything(),
        5 when random.Next(3) == 0 => Consult(),
        _ => Search(),
    };

    private string Who => random.Next(20) switch { 0 => "narrow", 1 or 2 => "stranger", 3 when random.Next(8) == 0 => "nobody", 4 when random.Next(4) == 0 => Pick(Programs), _ => "doctor" };

    private Knock Read(string probe, string path) => new(probe, Who, path)
    {
        Method = random.Next(10) == 0 ? HttpMethod.Head : HttpMethod.Get,
        Headers =
        [
            .. Purpose(),
            .. random.Next(6) switch
            {
                0 => [("If-None-Match", Pick(["*", "W/\"1\"", "W/\"2\""]))],
                1 => [("If-Modified-Since", "Mon, 01 Jun 2026 12:00:00 GMT")],
                2 => [("Accept", Pick(["application/fhir+xml", "text/html", "*/*"]))],
                _ => Array.Empty<(string, string)>(),
            },
        ],
    };

    private (string, string)[] Purpose() => random.Next(20) == 0
        ? [("X-Purpose-Of-Use", Pick(Purposes))]
        : Usual;

    private (string, string)[] Usual => worlds.Plan.Purpose == "TREAT" ? [] : [("X-Purpose-Of-Use", worlds.Plan.Purpose)];

    private Knock Everything()
    {
        List<string> query = [];
        AddIf(3, () => $"_count={random.Next(1, 4)}");
        AddIf(3, () => $"_type={string.Join(',', random.GetItems([.. Sketch.Types], random.Next(1, 3)))}");
        AddIf(6, () => $"_since={Pick(["2026-06-01T11:00:00Z", "2026-06-01T12:00:00Z", "2027-01-01T00:00:00Z", "x"])}");
        AddIf(8, () => $"_cursor={Cursor()}");
        return Read("everything", $"/fhir/Patient/{Pick(["<patient>", "<patient>", "<patient>", "<nobody>"])}/$everything{Query(query)}");

        void AddIf(int of, Func<string> make)
        {
            if (random.Next(of) == 0)
            {
                query.Add(make());
            }
        }
    }

    private Knock Search()
    {
        var type = random.Next(8) switch { 0 => Pick(SearchParameters.ResourceTypes), 1 => Pick(OtherTypes), _ => Pick(_entries).Type };
        var parameters = Parameters[type];
        List<string> query = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Criterion(Pick(parameters)))];
        query.AddRange(Result(type, parameters));
        var headers = Purpose();
        if (random.Next(25) == 0)
        {
            query.Add(Pick(["nonsense=1", "subject.name=Ada", "_has:Observation:subject:code=x", "_text=x", "_content=plain", "_query=x", "_filter=x", "near=1", "code:in=x"]));
            headers = random.Next(2) == 0 ? headers : [.. headers, ("Prefer", "handling=lenient")];
        }

        var whose = Pick(["<patient>", "<patient>", "<patient>", "<patient>", "<patient>", "<patient>", "<nobody>", "<strangers>"]);
        return random.Next(10) switch
        {
            0 => new Knock("search", Who, $"/fhir/Patient/{whose}/{type}{Query(query)}") { Headers = headers },
            1 => new Knock("search", Who, $"/fhir/{type}/_search")
            {
                Method = HttpMethod.Post,
                Body = string.Join('&', query.Prepend("patient=" + whose)),
                ContentType = "application/x-www-form-urlencoded",
                Headers = headers,
            },
            2 => new Knock("search", Who, $"/fhir/{type}{Query(query.Prepend("subject=Patient/" + whose))}") { Headers = headers },
            3 => new Knock("search", Who, $"/fhir/{type}{Query(query.Prepend($"_id={Id()}"))}") { Headers = headers },
            _ => new Knock("search", Who, $"/fhir/{type}{Query(query.Prepend("patient=" + whose))}") { Headers = headers },
        };
    }

    private IEnumerable<string> Result(string type, SearchParameter[] parameters)
    {
        if (random.Next(3) == 0)
        {
            // By ids the order is random, and so by references, which are ids.
            var sortable = Array.FindAll(parameters, static parameter => parameter is { Code: not "_id", Type: not SearchParameterType.Reference });
            yield return $"_sort={string.Join(',', Enumerable.Range(0, random.Next(1, 3)).Select(_ => (random.Next(2) == 0 ? "-" : "") + Pick(sortable).Code))}";
        }

        if (random.Next(3) == 0)
        {
            yield return $"_count={random.Next(4)}";
        }

        var references = Array.FindAll(parameters, static parameter => parameter.Type == SearchParameterType.Reference);
        if (random.Next(6) == 0)
        {
            yield return random.Next(2) == 0 ? $"_include{Iterate()}={Pick(Links)}" : references.Length == 0 || random.Next(10) == 0 ? "_include=*" : $"_include{Iterate()}={type}:{Pick(references).Code}{(random.Next(4) == 0 ? ":" + Pick(Sketch.Types) : "")}";
        }

        if (random.Next(6) == 0)
        {
            var from = random.Next(3) == 0 ? Pick(SearchParameters.ResourceTypes) : Pick(Sketch.Types);
            var back = Array.FindAll(Parameters[from], parameter => parameter.MayTarget(type));
            yield return random.Next(2) == 0 ? $"_revinclude{Iterate()}={Pick(Links)}" : back.Length == 0 ? "_revinclude=*" : $"_revinclude{Iterate()}={from}:{Pick(back).Code}";
        }

        if (random.Next(8) == 0)
        {
            yield return Pick(["_summary=count", "_summary=true", "_summary=text", "_summary=data", "_summary=false", "_total=none", "_total=estimate", "_total=accurate", "_elements=code", "_contained=both"]);
        }

        if (random.Next(12) == 0)
        {
            yield return $"_cursor={Cursor()}";
        }
    }

    private string Iterate() => random.Next(3) == 0 ? ":iterate" : "";

    private string Criterion(SearchParameter parameter)
    {
        var modifier = random.Next(12) == 0 ? Pick(AnyModifier) : parameter.Type switch
        {
            SearchParameterType.String => Pick(["", "", "contains", "exact", "missing"]),
            SearchParameterType.Token => Pick(["", "", "not", "missing"]),
            SearchParameterType.Reference => Pick(["", "", "Patient", "Encounter", "Condition", "missing"]),
            SearchParameterType.Uri => Pick(["", "below", "above", "missing"]),
            _ => Pick(["", "", "", "missing"]),
        };
        var value = modifier == "missing" ? Pick(["true", "false"])
            : random.Next(4) == 0 ? $"{Value(parameter)},{Value(parameter)}"
            : Value(parameter);
        return $"{parameter.Code}{(modifier.Length > 0 ? ":" + modifier : "")}={value}";
    }

    private string Value(SearchParameter parameter)
    {
        var words = Pick(_entries) switch { { Before: { } before } when random.Next(2) == 0 => before.Words, var entry => entry.Words };
        return parameter.Type switch
        {
            SearchParameterType.Token => Uri.EscapeDataString(Pick([words.Code, words.Code.Split('|')[1], words.Code.Split('|')[0] + "|", words.Identifier, "|" + words.Identifier, "active", "final", "HIV", "PSY"])),
            SearchParameterType.Reference => Pick(["", "Encounter/", "Condition/", "Observation/", "Patient/", "<address>/fhir/Encounter/"]) + Id(),
            SearchParameterType.Date => Pick(Prefixes) + Pick([words.Date, words.Date[..7], words.Date[..4], "2026", "2025-12-31"]),
            SearchParameterType.Number or SearchParameterType.Quantity => Pick(Prefixes) + Pick([words.Number, "100", "100.5", words.Number + "%7C%7Cmg/dL"]),
            _ => Uri.EscapeDataString(Pick([words.Text, words.Text[..4], "plain", "zq", "A letter", words.Identifier, words.Code.Split('|')[0]])),
        };
    }

    private Knock Consult()
    {
        var contents = Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"{{\"resource\":{Pick(_entries).Json.ToJsonString().Replace("Patient/p", "Patient/<patient>", StringComparison.Ordinal)}}}");
        var more = random.Next(3) == 0 ? "" : $",\"content\":{{\"resourceType\":\"Bundle\",\"entry\":[{string.Join(',', contents)}]}}";
        return new Knock("consult", Who, "/cds-services/patient-consent-consult")
        {
            Method = HttpMethod.Post,
            Body = $"{{\"hook\":\"patient-consent-consult\",\"hookInstance\":\"x\",\"context\":{{\"actor\":[{{\"value\":\"{Pick(["<doctor>", "<clinic>", "<stranger>"])}\"}}],\"patientId\":[{{\"value\":\"Patient/{Pick(["<patient>", "<patient>", "<nobody>"])}\"}}]{more}}}}}",
        };
    }

    /// <summary>An id, mostly one that somebody has, of its type or another.</summary>
    private string TypeOf(out string id)
    {
        var old = _entries.FirstOrDefault(static entry => entry.Before is not null);
        var entry = old is not null && random.Next(4) == 0 ? old : Pick(_entries);
        id = random.Next(10) switch { 0 => "<nothing>", 1 => "<patient>", _ => $"<{entry.Name}>" };
        return random.Next(12) == 0 ? Pick(Sketch.Types) : id == "<patient>" ? "Patient" : entry.Type;
    }

    private string Id() => random.Next(8) switch { 0 => "<nothing>", 1 => "<patient>", _ => $"<{Pick(_entries).Name}>" };

    private string Cursor() => random.Next(6) switch { 0 => "0", 1 => "<nothing'>", 2 => "x", _ => $"<{Pick(_entries).Name}'>" };

    private static string Query(IEnumerable<string> parts) => parts.Any() ? "?" + string.Join('&', parts) : "";

    private T Pick<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];
}
