using System.Text;

namespace Rapport.Fhir;

/// <summary>
/// Which entry of a bundle a reference in it means: by fullUrl (<c>urn:uuid:…</c> or a URL), by a relative <c>Type/id</c> under the same base,
/// by a conditional <c>Type?identifier=…</c>, each with or without a version (FHIR R4, Bundle, 2.36.4.1, and Transactions, 3.1.0.11.2).
/// Immutable, thread safe.
/// </summary>
public sealed class BundleReferences
{
    private const int None = -1;
    private const int Several = -2;

    /// <summary>How many searches one bundle may ask for: each looks at every entry.</summary>
    private const int MostSearches = 200;

    private readonly BundleReader bundle;
    private readonly Dictionary<string, int> byUrl;
    private readonly Dictionary<string, int> byTypeAndId;
    private readonly Dictionary<string, int> byCondition;
    private readonly string?[] bases;
    private Dictionary<(string Type, string? System, string Value), int>? byIdentifier;
    private int searches;

    private BundleReferences(BundleReader bundle)
    {
        this.bundle = bundle;
        byUrl = new(bundle.Entries.Count);
        byTypeAndId = new(bundle.Entries.Count);
        byCondition = [];
        bases = new string?[bundle.Entries.Count];
        var issues = new BundleIssues();
        foreach (var entry in bundle.Entries)
        {
            Register(entry, issues);
        }

        foreach (var entry in bundle.Entries)
        {
            CheckReferences(entry, issues);
        }

        Issues = issues.All;
    }

    /// <summary>
    /// Errors: references that mean several entries, <c>urn:uuid:</c> and <c>urn:oid:</c> references of a transaction that mean none, and full URLs
    /// used twice. Warnings: conditional references that no entry meets, each once. Other references that mean no entry are legal and not listed.
    /// </summary>
    public IReadOnlyList<CheckIssue> Issues { get; }

    /// <summary>Looks at every entry and every reference of the bundle.</summary>
    public static BundleReferences Of(BundleReader bundle) => new(bundle);

    /// <summary>
    /// The index of the entry that a reference standing in entry <paramref name="from"/> means; -1 when it means none of this bundle, or
    /// several.
    /// </summary>
    /// <param name="from">The index of the entry that the reference stands in.</param>
    /// <param name="reference">The reference, unescaped UTF-8.</param>
    public int Resolve(int from, ReadOnlySpan<byte> reference) => Math.Max(None, Find(from, reference));

    private void Register(BundleEntry entry, BundleIssues issues)
    {
        if (entry.Resource is not { } resource)
        {
            return;
        }

        var id = resource.TryGetChild(FhirNames.Id, out var idElement) ? idElement.GetString() : null;
        if (id is not null)
        {
            Put(byTypeAndId, $"{resource.TypeName}/{id}", entry.Index);
        }

        if (entry.FullUrl is not { } url)
        {
            // Without a fullUrl, a PUT says where the resource will be.
            if (entry.Request is { Method: "PUT" } request && request.Url != $"{resource.TypeName}/{id}")
            {
                Put(byTypeAndId, request.Url, entry.Index);
            }

            return;
        }

        if (!byUrl.TryAdd(url, entry.Index) && bundle.Type != BundleType.History && !IsOtherVersion(byUrl[url], resource))
        {
            byUrl[url] = Several;
            issues.Error("duplicate", $"{entry.Location}.fullUrl", $"two entries have the full URL `{ErrorText.Shorten(url)}`");
        }

        if (id is not null && url.EndsWith($"/{resource.TypeName}/{id}", StringComparison.Ordinal))
        {
            bases[entry.Index] = url[..^(resource.TypeName.Length + id.Length + 1)];
        }
    }

    private bool IsOtherVersion(int index, Element resource) =>
        index >= 0 && VersionOf(bundle.Entries[index].Resource!.Value) is { } first && VersionOf(resource) is { } second && first != second;

    private static string? VersionOf(Element resource) =>
        resource.TryGetChild("meta", out var meta) && meta.TryGetChild("versionId", out var version) ? version.GetString() : null;

    private static void Put(Dictionary<string, int> map, string key, int index)
    {
        if (!map.TryAdd(key, index))
        {
            map[key] = Several;
        }
    }

    private void CheckReferences(BundleEntry entry, BundleIssues issues)
    {
        if (entry.Resource is not { } resource)
        {
            return;
        }

        // The tape lists everything in the resource one after the other.
        var owner = resource.Owning;
        for (var i = resource.Index + 1; i < resource.Node.End && !issues.IsFull; i++)
        {
            if (owner.NodeAt(i).Name == FhirNames.Reference && owner.NodeAt(i).Kind == NodeKind.String)
            {
                CheckReference(entry, new Element(owner, i), issues);
            }
        }
    }

    private void CheckReference(BundleEntry entry, Element reference, BundleIssues issues)
    {
        var utf8 = SearchValueReader.TextOf(reference);
        var condition = ConditionOf(utf8);
        var isNewCondition = condition is not null && !byCondition.ContainsKey(condition);
        if (isNewCondition && !TryMeet(condition!, entry, reference, issues))
        {
            return;
        }

        var found = Find(entry.Index, utf8);
        if (found == Several)
        {
            issues.Error("multiple-matches", entry.LocationOf(reference), $"`{Shorten(reference)}` means several entries of the bundle");
        }
        else if (found == None && isNewCondition)
        {
            issues.Warning("not-found", entry.LocationOf(reference), $"no entry of the bundle meets `{Shorten(reference)}`");
        }
        else if (found == None && bundle.Type == BundleType.Transaction && (utf8.StartsWith("urn:uuid:"u8) || utf8.StartsWith("urn:oid:"u8)))
        {
            issues.Error(
                "not-found", entry.LocationOf(reference), $"`{Shorten(reference)}` is no entry of the bundle: add the resource, or refer to it by a URL");
        }
    }

    private static string Shorten(Element reference) => ErrorText.Shorten(reference.GetString() ?? "");

    /// <summary>The reference as a conditional one, <c>Type?query</c>; null when it is none.</summary>
    private static string? ConditionOf(ReadOnlySpan<byte> reference)
    {
        var question = reference.IndexOf((byte)'?');
        return question > 0 && reference[..question].IndexOfAny((byte)'/', (byte)':') < 0 ? Encoding.UTF8.GetString(reference) : null;
    }

    /// <summary>Looks for the entry that meets a condition; false when the bundle asks for too many searches.</summary>
    private bool TryMeet(string condition, BundleEntry entry, Element reference, BundleIssues issues)
    {
        var question = condition.IndexOf('?');
        var query = SearchQuery.Parse(condition[..question], SearchQuery.SplitUrlQuery(condition[(question + 1)..])).Query;
        if (query?.Criteria is [TokenCriterion { Parameter.Code: "identifier", Negated: false, Values: [{ Code: { } value } token] }])
        {
            byCondition.Add(condition, WithIdentifier(query.ResourceType, token.System, value));
            return true;
        }

        if (++searches > MostSearches)
        {
            if (searches == MostSearches + 1)
            {
                issues.Error(
                    "too-costly", entry.LocationOf(reference),
                    $"the bundle has more than {MostSearches} different conditional references that are not by `identifier`: refer by full URL instead");
            }

            return false;
        }

        byCondition.Add(condition, query is { Criteria.Count: > 0 } ? Meeting(query) : None);
        return true;
    }

    private int Meeting(SearchQuery query)
    {
        var found = None;
        foreach (var entry in bundle.Entries)
        {
            if (entry.Resource is { } resource && SearchMatcher.Matches(query, resource))
            {
                found = found == None ? entry.Index : Several;
            }
        }

        return found;
    }

    private int WithIdentifier(string type, string? system, string value)
    {
        if (byIdentifier is null)
        {
            byIdentifier = [];
            foreach (var entry in bundle.Entries)
            {
                if (entry.Resource is { } resource)
                {
                    SearchIndexer.Extract(resource, new IdentifierSink(byIdentifier, entry.Index, resource.TypeName));
                }
            }
        }

        return byIdentifier.GetValueOrDefault((type, system, value), None);
    }

    private int Find(int from, ReadOnlySpan<byte> reference)
    {
        if (reference.IsEmpty || reference[0] == '#' || reference.Length > 2048)
        {
            return None;
        }

        Span<char> buffer = stackalloc char[reference.Length];
        ReadOnlySpan<char> text = buffer[..Encoding.UTF8.GetChars(reference, buffer)];
        if (Look(byUrl, text) is var exact and not None)
        {
            return exact;
        }

        if (text.Contains('?'))
        {
            return Look(byCondition, text);
        }

        var history = text.IndexOf("/_history/", StringComparison.Ordinal);
        text = history < 0 ? text : text[..history];
        if (text.Contains(':'))
        {
            return history < 0 ? None : Look(byUrl, text);
        }

        return bases[from] is { } root && Look(byUrl, string.Concat(root, text)) is var sibling and not None ? sibling : Look(byTypeAndId, text);
    }

    private static int Look(Dictionary<string, int> map, ReadOnlySpan<char> key) =>
        map.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var index) ? index : None;

    /// <summary>Notes the identifiers of an entry, with their system and, under null, without.</summary>
    private sealed class IdentifierSink(Dictionary<(string Type, string? System, string Value), int> entries, int index, string type) : SearchSink
    {
        public override void Token(SearchParameter parameter, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
        {
            if (parameter.Code == "identifier")
            {
                var value = Encoding.UTF8.GetString(code);
                Put((type, null, value));
                Put((type, Encoding.UTF8.GetString(system), value));
            }
        }

        public override void Reference(SearchParameter parameter, ReadOnlySpan<byte> reference)
        {
        }

        public override void Date(SearchParameter parameter, long lowUnixMs, long highUnixMs)
        {
        }

        public override void String(SearchParameter parameter, ReadOnlySpan<byte> text)
        {
        }

        public override void Quantity(
            SearchParameter parameter, decimal value, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code, ReadOnlySpan<byte> unit)
        {
        }

        public override void Number(SearchParameter parameter, decimal value)
        {
        }

        public override void Uri(SearchParameter parameter, ReadOnlySpan<byte> uri)
        {
        }

        private void Put((string Type, string? System, string Value) key)
        {
            if (!entries.TryAdd(key, index) && entries[key] != index)
            {
                entries[key] = Several;
            }
        }
    }
}
