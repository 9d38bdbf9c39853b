using Rapport.Records;
using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record;

/// <summary>One entry, ready to be shown in full.</summary>
public sealed record EntryView
{
    public required RecordPlace Place { get; init; }

    public required AnsweredEntry Entry { get; init; }

    public required EntryText Text { get; init; }

    /// <summary>The resource as it is kept, with line breaks.</summary>
    public required string Json { get; init; }

    /// <summary>Where it came from: only the patient is told.</summary>
    public Source? Source { get; init; }

    /// <summary>Whether a version was asked for by its number.</summary>
    public required bool IsOfNumber { get; init; }

    /// <summary>The only entry of an answer.</summary>
    public static EntryView Of(RecordAnswer answer, RecordPlace place, bool isOfNumber, Source? source)
    {
        var resource = answer.ReadResource(0);
        return new EntryView
        {
            Place = place,
            Entry = answer.Entries[0],
            Text = EntryReader.Read(resource),
            Json = PrettyJson.Of(resource.Json),
            Source = source,
            IsOfNumber = isOfNumber,
        };
    }
}
