using System.Xml.Linq;
using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>The words of the narrative that entries refer to by <c>ID</c>.</summary>
internal sealed class CcdaTexts
{
    // One long text that very many statements refer to would be as many long texts.
    private const long MostGiven = 20_000_000;

    private readonly Dictionary<string, XElement> _elements = [];
    private readonly Dictionary<string, string?> _words = [];
    private long _given;

    internal CcdaTexts(XElement root)
    {
        foreach (var element in root.Descendants())
        {
            if (element.At("ID") is { } id)
            {
                _elements.TryAdd(id, element);
            }
        }
    }

    /// <summary>The words that <c>#id</c> leads to; null when it leads nowhere.</summary>
    internal string? Referred(string? reference)
    {
        if (reference is null)
        {
            return null;
        }

        var id = reference.TrimStart('#');
        if (!_words.TryGetValue(id, out var words))
        {
            _words[id] = words = _elements.TryGetValue(id, out var element) ? Words.Of(element) : null;
        }

        _given += words?.Length ?? 0;
        return _given <= MostGiven ? words : throw TooMuch.Of("the document refers to its own words more often than is read");
    }

    /// <summary>The element that <c>#id</c> leads to.</summary>
    internal XElement? Element(string? reference) => reference is null ? null : _elements.GetValueOrDefault(reference.TrimStart('#'));
}
