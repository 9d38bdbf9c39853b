using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>What is asked of one record. Whatever it is, only what is permitted is counted, sorted, paged and given.</summary>
public abstract record RecordQuery
{
    /// <summary>Entries on one page when the query does not say.</summary>
    public const int DefaultCount = 50;

    /// <summary>The cursor after the Patient resource, which has no local id.</summary>
    internal const string PatientCursor = "0";

    private RecordQuery()
    {
    }

    /// <summary>
    /// Whether entries of several sources that tell of one thing are one match, with the others beside it. Worked out of what is permitted alone.
    /// </summary>
    public bool Merges { get; init; }

    /// <summary>Whether the comments on the matches, and on what is one with them, stand behind them, as far as they are permitted.</summary>
    public bool WithComments { get; init; }

    /// <summary>How much the answer may be, written out whole; null for any.</summary>
    public AnswerBounds? Within { get; init; }

    /// <summary>Whether a text can be a cursor of an answer. One that an answer never gave may still be: such a page begins at the start.</summary>
    public static bool IsCursor(string text) => text == PatientCursor || LocalId.TryParse(text, out _);

    /// <summary>One resource by its id: the current version, or the one named.</summary>
    /// <param name="ResourceType">FHIR type; another type under the same id is not found.</param>
    /// <param name="Local">Null for the Patient resource itself.</param>
    /// <param name="Version">Version number from 1, or null for the current one.</param>
    public sealed record ById(string ResourceType, LocalId? Local, int? Version = null) : RecordQuery;

    /// <summary>All versions of one resource, newest first.</summary>
    /// <param name="ResourceType">FHIR type.</param>
    /// <param name="Local">Null for the Patient resource itself.</param>
    public sealed record History(string ResourceType, LocalId? Local) : RecordQuery;

    /// <summary>A FHIR search over current entries of one type. <c>_include</c> and <c>_revinclude</c> add what is permitted of the linked ones.</summary>
    public sealed record Search(SearchQuery Query) : RecordQuery;

    /// <summary>What several searches find, in one answer and so in one disclosure: the first page of each, one after the other, no entry twice.</summary>
    /// <param name="Parts">Searches, each with its own types, order and count.</param>
    public sealed record Several(IReadOnlyList<SearchQuery> Parts) : RecordQuery
    {
        /// <summary>FHIR types of which, of entries with the same code, only the first in the search's order is found: of results the newest of each kind.</summary>
        public IReadOnlyCollection<string> OnceOfEachCode { get; init; } = [];
    }

    /// <summary>All current entries (<c>$everything</c>): the Patient first, then newest first.</summary>
    /// <param name="Count">At most so many on a page; null for all at once.</param>
    /// <param name="Cursor">From the page before.</param>
    public sealed record Everything(int? Count = null, string? Cursor = null) : RecordQuery
    {
        /// <summary>Only these FHIR types; null for all.</summary>
        public IReadOnlyCollection<string>? Types { get; init; }

        /// <summary>Only what was added or changed at or after this instant.</summary>
        public DateTimeOffset? Since { get; init; }
    }

    /// <summary>The timeline: current entries by clinical date, newest first, those without a date last.</summary>
    /// <param name="Count">Entries on a page.</param>
    /// <param name="Cursor">From the page before.</param>
    public sealed record Timeline(int Count = DefaultCount, string? Cursor = null) : RecordQuery
    {
        /// <summary>Only these FHIR types; null for all.</summary>
        public IReadOnlyCollection<string>? Types { get; init; }

        /// <summary>Only entries that have these words; null for all.</summary>
        public TextCriterion? Text { get; init; }

        /// <summary>Only entries that came from this source; null for all.</summary>
        public long? Source { get; init; }

        /// <summary>Only entries whose clinical date reaches into [From, Until).</summary>
        public DateTimeOffset? From { get; init; }

        /// <inheritdoc cref="From"/>
        public DateTimeOffset? Until { get; init; }

        /// <summary>Whether the answer tells how much there is of each type within all these limits but <see cref="Types"/>.</summary>
        public bool CountsTypes { get; init; }
    }
}
