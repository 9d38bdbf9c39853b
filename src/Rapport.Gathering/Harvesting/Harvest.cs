using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Records;

namespace Rapport.Gathering;

/// <summary>
/// What a source gave: entries as FHIR R4, points of series, and what was not taken and why. A format fills it; what becomes of it in a record is not
/// its business. Not thread safe.
/// </summary>
/// <param name="format">Short name of the format.</param>
/// <param name="limits">How much is read.</param>
/// <param name="progress">Told from time to time how far it is; null for nobody.</param>
internal sealed class Harvest(string format, HarvestLimits limits, IProgress<HarvestProgress>? progress = null)
{
    /// <summary>How an entry refers to the patient that the source is about, when the source has no Patient resource of its own.</summary>
    internal const string Patient = "Patient/self";

    /// <summary>Begins the URL by which entries of a source that is no FHIR refer to each other, and are known again when they come again.</summary>
    internal const string UrnStart = "urn:x-rapport:source:";

    private const int MostExcerpt = 16 * 1024;
    private const int MostCopied = 4 * 1024 * 1024;

    // Entries are JSON that is read by JSON parsers, not spliced into pages.
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<HarvestedEntry> _entries = [];
    private readonly Dictionary<string, int> _urls = [];
    private readonly List<CheckIssue> _refusals = [];
    private readonly List<CheckIssue> _damages = [];
    private readonly List<CheckIssue> _warnings = [];
    private readonly List<CardReport> _cards = [];
    private readonly LeftOut _leftOut = new();
    private readonly HarvestLoad _load = new(limits, progress);
    private readonly SortedSet<string> _lacks = new(StringComparer.Ordinal);
    private string _scope = format;

    /// <summary>Short name of the format.</summary>
    internal string Format { get; } = format;

    /// <summary>How much is read.</summary>
    internal HarvestLimits Limits => limits;

    /// <summary>A source that is one FHIR bundle or resource, as it is; null for all others, whose entries stand in <see cref="Entries"/>.</summary>
    internal Resource? Whole { get; private set; }

    /// <summary>What kind of bundle the entries make.</summary>
    internal BundleType Bundle { get; set; } = BundleType.Collection;

    /// <summary>Doubts about what is taken.</summary>
    internal IReadOnlyList<CheckIssue> Warnings => _warnings;

    /// <summary>The entries in the order in which they were found.</summary>
    internal IReadOnlyList<HarvestedEntry> Entries => _entries;

    /// <summary>The dense measurements.</summary>
    internal SeriesHarvest Series { get; } = new(limits.MaxPoints);

    /// <summary>Why the source cannot be taken at all.</summary>
    internal IReadOnlyList<CheckIssue> Refusals => _refusals;

    /// <summary>Parts of the source that are damaged: it is taken without them only when the patient asks for that.</summary>
    internal IReadOnlyList<CheckIssue> Damages => _damages;

    /// <summary>What is not taken, alike ones together, in the order of their kinds.</summary>
    internal IReadOnlyList<NotTaken> NotTaken => _leftOut.Parts;

    /// <summary>What such a source usually has and this one lacks.</summary>
    internal IReadOnlyCollection<string> Lacks => _lacks;

    /// <summary>What health cards are held against.</summary>
    internal CardChecks CardChecks { get; init; } = CardChecks.None;

    /// <summary>What the columns of a table mean, where somebody said it.</summary>
    internal CsvMapping? CsvMapping { get; init; }

    /// <summary>Whether the source is refused only because it is whole and has nothing in it.</summary>
    internal bool IsEmpty { get; set; }

    /// <summary>The columns of a table that nobody understands without being told what they mean; null when there is none.</summary>
    internal IReadOnlyList<string>? ColumnsAsked { get; set; }

    /// <summary>The health cards in it, taken or not, and how they stand.</summary>
    internal IReadOnlyList<CardReport> Cards => _cards;

    /// <summary>The health link that it came by.</summary>
    internal LinkReport? Link { get; set; }

    /// <summary>The Patients in it that say only who they are, so that none of them takes the place of one who is known already: how other entries refer to them.</summary>
    internal HashSet<string> BriefPatients { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the source is put together from files that each have a Patient, all of whom may be one person.</summary>
    internal bool RepeatsPatient { get; set; }

    /// <summary>Whom the source says it is about, when it has no Patient resource; null when it does not say.</summary>
    internal PersonNamed? About { get; set; }

    /// <summary>The file within the source that is being read, for the provenance of what is found; null when the source is one file.</summary>
    internal string? File
    {
        get;
        set => field = value is null ? null : ShownName.Of(value);
    }

    /// <summary>How other entries refer to the one added under <paramref name="key"/>, before or after it was added.</summary>
    /// <param name="key">Names the thing where it comes from, the same each time the source comes: the id that the source gives it, else what it says.</param>
    internal string ReferenceTo(string key) =>
        UrnStart + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_scope + "\n" + key)).AsSpan(0, 16));

    /// <summary>
    /// Adds an entry. It is checked against the official definitions right away; one that is not valid is named as not taken instead. The same key with
    /// the same content is the same entry and added once; with other content it is another one.
    /// </summary>
    /// <param name="key">See <see cref="ReferenceTo"/>.</param>
    /// <param name="resource">R4, with <c>resourceType</c> first, without id and meta.lastUpdated.</param>
    /// <param name="provenance">Where it stood; <see cref="Provenance.File"/> is filled in.</param>
    /// <param name="parts">What is too large for the resource, such as a document's bytes.</param>
    /// <returns>How to refer to it; null when it was not taken.</returns>
    /// <exception cref="InvalidDataException">There are more entries than are read.</exception>
    internal string? Add(string key, JsonObject resource, Provenance provenance, IReadOnlyList<ReadOnlyMemory<byte>>? parts = null)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(resource, Relaxed);
        var url = ReferenceTo(key);
        if (_urls.TryGetValue(url, out var index))
        {
            if (_entries[index].Json.Span.SequenceEqual(json))
            {
                return url;
            }

            if (_entries[index].ResourceType != "Patient")
            {
                return Add(key + "\n" + Convert.ToHexString(SHA256.HashData(json)), resource, provenance, parts);
            }
        }

        var parsed = Resource.Parse(json);
        if (parsed.Resource is not { } read)
        {
            Skip(parsed.Issues[0].Location is { Length: > 0 } location ? location : TypeOf(resource), NotTakenReason.NotValid, WhereOf(provenance));
            return null;
        }

        var entry = new HarvestedEntry(url, json, read.TypeName, Complete(provenance)) { Parts = parts };
        if (_urls.TryGetValue(url, out var before))
        {
            // The same patient again, said otherwise: a source is about one, and what it says last holds.
            _entries[before] = entry;
            return url;
        }

        _urls[url] = _entries.Count;
        Keep(entry, read);
        return url;
    }

    /// <summary>Adds an entry that came as FHIR and is checked already.</summary>
    /// <param name="fullUrl">Its full URL where it came from; null when it had none.</param>
    /// <param name="resource">The entry.</param>
    /// <param name="path">Its place in the file.</param>
    /// <param name="line">Its line, where lines are the format's way to name places.</param>
    /// <exception cref="InvalidDataException">There are more entries than are read.</exception>
    internal void AddFhir(string? fullUrl, Resource resource, string path, long? line = null)
    {
        // Of its own: a slice would keep all of a file in a zip, white space and what was not taken among it.
        var json = File is null ? resource.Json : Plain(resource);
        var entry = new HarvestedEntry(fullUrl, json, resource.TypeName, Complete(new Provenance { Path = path, Line = line }));
        var name = fullUrl ?? (resource.Id is { } id ? $"{resource.TypeName}/{id}" : null);
        if (name is null || _urls.TryAdd(name, _entries.Count))
        {
            Keep(entry, resource);
        }
        else if (resource.TypeName == "Patient")
        {
            _entries[_urls[name]] = entry;
        }
        else if (_entries[_urls[name]].Json.Span.SequenceEqual(json.Span))
        {
            Skip(resource.TypeName, NotTakenReason.Repeated, WhereOf(entry.Provenance));
        }
        else
        {
            Keep(entry, resource);
        }
    }

    /// <summary>Adds an entry of a bundle that is read entry by entry, as it stands: what the bundle says of the same thing twice is looked at when all of it is known.</summary>
    /// <param name="entry">The entry, which has a resource.</param>
    /// <param name="path">Its place in the file.</param>
    /// <exception cref="InvalidDataException">There are more entries than are read.</exception>
    internal void AddBundled(BundleEntry entry, string path)
    {
        var resource = entry.Resource!.Value.ToResource();
        Keep(new HarvestedEntry(entry.FullUrl, Plain(resource), resource.TypeName, Complete(new Provenance { Path = path })) { Request = entry.Request }, resource);
    }

    /// <summary>Adds a document that came as FHIR and is checked already: the whole source when it is all there is, else each of a bundle's entries.</summary>
    internal void AddFhir(Resource document, IReadOnlyList<CheckIssue> warnings, long? line = null)
    {
        _warnings.AddRange(warnings);
        if (File is null && line is null)
        {
            Whole = document;
            return;
        }

        if (document.TypeName != "Bundle")
        {
            AddFhir(null, document, document.TypeName, line);
            return;
        }

        var bundle = BundleReader.Open(document);
        foreach (var issue in bundle.Issues.Where(issue => issue.Severity != IssueSeverity.Warning))
        {
            Refuse(issue);
        }

        foreach (var entry in bundle.Entries)
        {
            if (entry.Resource is { } resource)
            {
                AddFhir(entry.FullUrl, resource.ToResource(), entry.Location, line);
            }
        }
    }

    /// <summary>Reads a file of the source by its own format, as if it came alone; what it refuses is a damaged part of this source.</summary>
    internal void ReadPart(ISourceFormat part, SourceContent content, CancellationToken cancel)
    {
        var before = _refusals.Count;
        _scope = part.Name;
        try
        {
            part.Read(content, this, cancel);
        }
        catch (Exception e) when (e is InvalidDataException or System.Xml.XmlException)
        {
            Refuse(e);
        }

        _scope = Format;
        _damages.AddRange(_refusals.Skip(before));
        _refusals.RemoveRange(before, _refusals.Count - before);
    }

    /// <summary>Names something as not taken.</summary>
    /// <param name="what">What it is, in the source's own words: a kind or a code, never a person's own data.</param>
    /// <param name="why">Why.</param>
    /// <param name="where">Its place by the format's own path, or <c>line 12</c>.</param>
    /// <param name="count">How many of them.</param>
    internal void Skip(string what, NotTakenReason why, string where, int count = 1) =>
        _leftOut.Add(what, why, File is null ? where : $"{File}: {where}", count);

    /// <summary>Says that such a source usually has a kind and this one lacks it.</summary>
    /// <param name="kind">A short word: <c>notes</c>, <c>ecg</c>; pages say it in their reader's language (<c>LackingText</c>).</param>
    internal void Lacking(string kind) => _lacks.Add(kind);

    /// <summary>Refuses the source as a whole.</summary>
    internal void Refuse(string code, string location, string text) => Refuse(new CheckIssue(IssueSeverity.Error, code, location, text));

    /// <summary>Refuses the source for what stopped the reading of it.</summary>
    internal void Refuse(Exception e) => Refuse(TooMuch.Is(e) ? "too-long" : "invalid", "", e.Message);

    /// <inheritdoc cref="Refuse(string, string, string)"/>
    internal void Refuse(CheckIssue issue) => _refusals.Add(issue with { Location = Located(issue.Location) });

    /// <summary>Says that a part of the source is damaged. The rest is taken only when the patient asks for it.</summary>
    internal void Damaged(string location, string text) => _damages.Add(new CheckIssue(IssueSeverity.Error, "invalid", Located(location), text));

    /// <inheritdoc cref="Doubt(string, string)"/>
    internal void Doubt(CheckIssue issue) => _warnings.Add(issue with { Location = Located(issue.Location) });

    /// <summary>Tells of a doubt about what is taken, such as what had to be mended so that it could be read.</summary>
    internal void Doubt(string location, string text) => _warnings.Add(new CheckIssue(IssueSeverity.Warning, "informational", Located(location), text));

    /// <summary>Tells how a health card stands.</summary>
    internal void Tell(CardReport card) => _cards.Add(card);

    /// <inheritdoc cref="HarvestLoad.Sweep"/>
    internal void Sweep() => _load.Sweep();

    /// <summary>Tells how far the source is read.</summary>
    /// <param name="bytes">Bytes read since the last time.</param>
    internal void Advance(long bytes) => _load.Advance(bytes, _entries.Count, Series.Count);

    /// <summary>The JSON without the white space between its tokens, which may be more than all else; what is very long is not copied.</summary>
    private static ReadOnlyMemory<byte> Plain(Resource resource) => resource.Json.Length > MostCopied ? resource.Json : ResourceRewriter.Rewrite(resource.Root, default);

    private static string TypeOf(JsonObject resource) => resource["resourceType"]?.GetValue<string>() ?? "?";

    private static string WhereOf(Provenance provenance) => provenance.Path ?? (provenance.Line is { } line ? $"line {line}" : provenance.Section ?? "");

    private string Located(string location) => File is null ? location : location.Length == 0 ? File : $"{File}: {location}";

    private Provenance Complete(Provenance provenance) => provenance with
    {
        File = provenance.File ?? File,
        Excerpt = provenance.Excerpt is { } excerpt ? excerpt.Shorten(MostExcerpt) : null,
    };

    private void Keep(HarvestedEntry entry, Resource resource)
    {
        _load.Add(entry, resource, _entries.Count);
        _entries.Add(entry);
    }
}
