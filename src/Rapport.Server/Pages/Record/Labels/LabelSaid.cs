namespace Rapport.Server.Pages.Record.Labels;

/// <summary>What the patient said of labels, ready to be shown.</summary>
/// <param name="Ids">The words it stands for.</param>
/// <param name="Text">It in a sentence.</param>
/// <param name="Day">When it was said.</param>
/// <param name="Reference">The entry it is about, by its FHIR reference; null when it is about a kind, or the entry is gone.</param>
public sealed record LabelSaid(IReadOnlyList<string> Ids, string Text, string Day, string? Reference);
