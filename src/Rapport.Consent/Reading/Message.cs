using Rapport.Language;

namespace Rapport.Consent;

/// <summary>Something to be told of a consent. Consents are read once and kept, for readers of any language: so the sentence is made when it is asked for.</summary>
/// <param name="Sentence">The sentence in the language of who asks.</param>
/// <param name="Holes">What fills it: texts, or other messages.</param>
internal sealed record Message(Func<string> Sentence, params IReadOnlyList<object> Holes)
{
    public override string ToString() => Say.Fill(Sentence(), [.. Holes.Select(static hole => hole.ToString() ?? "")]);
}
