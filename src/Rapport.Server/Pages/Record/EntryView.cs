using Rapport.Fhir;
using Rapport.Records;
using Rapport.Server.Pages.Record.Charts;
using Rapport.Server.Pages.Record.Ecg;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Pages.Record.Series;

namespace Rapport.Server.Pages.Record;

/// <summary>One entry, ready to be shown in full.</summary>
public sealed record EntryView
{
    /// <summary>Links that are named.</summary>
    private const int MostNamed = 100;

    /// <summary>Files that are offered.</summary>
    private const int MostFiles = 10;

    public required RecordPlace Place { get; init; }

    public required AnsweredEntry Entry { get; init; }

    public required EntryText Text { get; init; }

    /// <summary>The resource as it is kept, with line breaks.</summary>
    public required string Json { get; init; }

    /// <summary>Where it came from: only the patient is told.</summary>
    public Source? Source { get; init; }

    /// <summary>The other sources that it is put together of, without one twice: only the patient is told.</summary>
    public IReadOnlyList<Source> AlsoFrom { get; init; } = [];

    /// <summary>Where it stood in the original: only the patient is told.</summary>
    public Provenance? Provenance { get; init; }

    /// <summary>What keeps it home, and why: only the patient is told.</summary>
    public Labels.EntryLabelsView? Labels { get; init; }

    /// <summary>The entries that tell of the same thing, as far as the reader may see them.</summary>
    public IReadOnlyList<Merging.SameEntry> Same { get; init; } = [];

    /// <summary>The comments on it, and writing one; null where nobody comments on what it is.</summary>
    public Commenting.CommentsView? Comments { get; init; }

    /// <summary>Whether dense measurements stand behind it.</summary>
    public bool HasSeries { get; init; }

    /// <summary>Whether it has the curve of an electrocardiogram.</summary>
    public bool HasWaveform { get; init; }

    /// <summary>The documents that can be taken, by their FHIR references: it itself where it is one, else those it leads to and the reader may see.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Who wrote it, measured it or ordered it, as the entry itself names them.</summary>
    public required IReadOnlyList<string> Authors { get; init; }

    /// <summary>Whether it has a number that can be seen over time.</summary>
    public required bool HasChart { get; init; }

    /// <summary>Whether a version was asked for by its number.</summary>
    public required bool IsOfNumber { get; init; }

    /// <summary>The entries it refers to that the reader may see, with their titles where the reader is told them.</summary>
    public IReadOnlyDictionary<string, string?> Links { get; init; } = new Dictionary<string, string?>();

    /// <summary>The only entry of an answer.</summary>
    public static EntryView Of(RecordAnswer answer, RecordPlace place, bool isOfNumber, Source? source)
    {
        var resource = answer.ReadResource(0);
        var text = EntryReader.Read(resource);
        return new EntryView
        {
            Place = place,
            Entry = answer.Entries[0],
            Text = text,
            Json = PrettyJson.Of(resource.Json),
            Source = source,
            Authors = Reading.Authors.Of(resource.Root),
            IsOfNumber = isOfNumber,
            HasSeries = answer.HasParts(0) && SeriesChart.MetricOf(resource) is not null,
            Files = resource.TypeName == "Binary" ? answer.HasParts(0) ? [answer.Entries[0].Reference] : [] : [.. FilesOf(resource).Where(answer.Leads).Distinct().Take(MostFiles)],
            HasWaveform = Waveform.Of(resource).Count > 0,
            HasChart = ResultChart.Query(resource) is not null,
            Links = LinksIn(text.Facts.Concat(text.More)).Distinct().Where(answer.Leads).ToDictionary(reference => reference, _ => (string?)null),
        };
    }

    /// <summary>The same, with links named by what they lead to. For one's own record: to anybody else another entry's title is a disclosure of its own.</summary>
    internal async Task<EntryView> NameLinksAsync(OwnAccess own, CancellationToken cancel)
    {
        var named = new Dictionary<string, string?>(Links);
        foreach (var reference in Links.Keys.Take(MostNamed))
        {
            var slash = reference.IndexOf('/', StringComparison.Ordinal);
            if (LocalReference.TryParseId(reference.AsSpan(slash + 1), out _, out var local)
                && await own.QueryAsync(new RecordQuery.ById(reference[..slash], local), cancel) is { Count: 1 } target)
            {
                var line = EntryReader.Line(target.ReadResource(0));
                named[reference] = line.Date is null ? line.Name : $"{line.Name}, {line.Date}";
            }
        }

        return this with { Links = named };
    }

    private static IEnumerable<string> FilesOf(Resource document) => document.TypeName == "DocumentReference"
        ? document.Root.All("content").SelectMany(content => content.All("attachment")).Select(attachment => attachment.Text("url")).OfType<string>().Where(url => url.StartsWith("Binary/", StringComparison.Ordinal))
        : [];

    private static IEnumerable<string> LinksIn(IEnumerable<Fact> facts) => facts.SelectMany(fact => fact.Values).SelectMany(value => value switch
    {
        FactValue.Link link => [link.Reference],
        FactValue.Part part => LinksIn(part.Facts),
        _ => (IEnumerable<string>)[],
    });
}
