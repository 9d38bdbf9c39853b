using Rapport.Server.Pages.Record.Reading;

namespace Rapport.Server.Pages.Record.Merging;

/// <summary>An entry that another could be joined with.</summary>
/// <param name="Line">What it says in short.</param>
/// <param name="Reference">Its FHIR reference.</param>
/// <param name="From">The source that told it; null when the patient wrote it here.</param>
public sealed record JoinCandidate(EntryLine Line, string Reference, string? From);
