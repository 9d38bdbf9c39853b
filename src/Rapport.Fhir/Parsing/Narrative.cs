using System.Collections.Frozen;
using System.Text;
using Names = System.Collections.Frozen.FrozenSet<string>.AlternateLookup<System.ReadOnlySpan<char>>;

namespace Rapport.Fhir;

/// <summary>
/// The XHTML of a resource's narrative: well-formed XML of the elements and attributes that R4 allows
/// (https://hl7.org/fhir/R4/narrative.html, constraint txt-1). Scripts, event attributes, forms and everything not listed are refused.
/// </summary>
internal static class Narrative
{
    private const int DeepestNesting = 256;

    private static readonly FrozenSet<string> _elements = FrozenSet.Create(
        "a", "abbr", "acronym", "b", "big", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "dfn", "div", "dl", "dt", "em",
        "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "q", "samp", "small", "span", "strong", "sub", "sup",
        "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var");

    private static readonly FrozenSet<string> _attributes = FrozenSet.Create(
        "abbr", "accesskey", "align", "alt", "axis", "bgcolor", "border", "cellhalign", "cellpadding", "cellspacing", "cellvalign", "char",
        "charoff", "charset", "cite", "class", "colspan", "compact", "coords", "dir", "frame", "headers", "height", "href", "hreflang",
        "hspace", "id", "lang", "longdesc", "name", "nowrap", "rel", "rev", "rowspan", "rules", "scope", "shape", "span", "src", "start",
        "style", "summary", "tabindex", "title", "type", "valign", "value", "vspace", "width", "xml:lang", "xml:space", "xmlns");

    /// <summary>Not R4's, but harmless and written by real systems to link a narrative to its data.</summary>
    private static readonly FrozenSet<string> _tolerated = FrozenSet.Create("idref", "idrefs", "idRef", "idRefs");

    private static readonly Names _elementNames = _elements.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly Names _toleratedNames = _tolerated.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly Names _attributeNames = _attributes.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>What is wrong with the first thing that is wrong; <see langword="null"/> when all is well.</summary>
    /// <param name="text">The narrative without JSON escapes.</param>
    public static string? Problem(ReadOnlySpan<byte> text)
    {
        var reader = new Reader(text);
        return reader.Read();
    }

    private ref struct Reader(ReadOnlySpan<byte> text)
    {
        private readonly ReadOnlySpan<byte> _text = text;
        private int _position;
        private string? _problem;

        public string? Read()
        {
            Span<int> open = stackalloc int[2 * DeepestNesting];
            var depth = 0;
            var ended = false;
            SkipSpace();
            if (!_text[_position..].StartsWith("<div"u8))
            {
                return "the narrative must be one `<div>` element";
            }
            while (_position < _text.Length)
            {
                if (ended)
                {
                    SkipSpace();
                    return _position < _text.Length ? "there is something after the narrative's closing `</div>`" : null;
                }
                var angle = _text[_position..].IndexOf((byte)'<');
                var end = angle < 0 ? _text.Length : _position + angle;
                if (!CheckEntities(_text[_position..end]))
                {
                    return _problem;
                }
                _position = end;
                if (end == _text.Length)
                {
                    break;
                }
                if (_text[_position..].StartsWith("<!--"u8))
                {
                    var close = _text[(_position + 4)..].IndexOf("-->"u8);
                    if (close < 0)
                    {
                        return "the narrative has a comment that does not end";
                    }
                    _position += close + 7;
                    continue;
                }
                var closing = _position + 1 < _text.Length && _text[_position + 1] == '/';
                _position += closing ? 2 : 1;
                var nameStart = _position;
                var name = Name();
                if (closing)
                {
                    SkipSpace();
                    if (depth == 0 || !name.SequenceEqual(_text.Slice(open[(2 * depth) - 2], open[(2 * depth) - 1])) || !Take('>'))
                    {
                        return $"the narrative's tags do not match at `</{Show(name)}>`";
                    }
                    ended = --depth == 0;
                    continue;
                }
                if (!IsKnown(_elementNames, name))
                {
                    return $"`<{Show(name)}>` is not allowed in a narrative; take it out";
                }
                if (!ReadAttributes(depth == 0))
                {
                    return _problem;
                }
                if (Take('/'))
                {
                    ended = depth == 0;
                }
                else
                {
                    if (depth == DeepestNesting)
                    {
                        return $"the narrative is nested more than {DeepestNesting} deep";
                    }
                    open[2 * depth] = nameStart;
                    open[(2 * depth) + 1] = name.Length;
                    depth++;
                }
                if (!Take('>'))
                {
                    return $"the tag `<{Show(name)}` does not end with `>`";
                }
            }
            return ended ? null : "the narrative's `<div>` is not closed";
        }

        private bool ReadAttributes(bool isRoot)
        {
            var hasNamespace = false;
            while (true)
            {
                var before = _position;
                SkipSpace();
                if (_position >= _text.Length || _text[_position] is (byte)'>' or (byte)'/')
                {
                    return hasNamespace || !isRoot || Fail("the narrative's `<div>` must have `xmlns=\"http://www.w3.org/1999/xhtml\"`");
                }
                var name = Name();
                if (name.Length == 0 || _position == before)
                {
                    return Fail("the narrative has a malformed tag");
                }
                if (!IsKnown(_attributeNames, name) && !IsKnown(_toleratedNames, name))
                {
                    return Fail($"the attribute `{Show(name)}` is not allowed in a narrative; take it out");
                }
                SkipSpace();
                if (!Take('='))
                {
                    return Fail($"the attribute `{Show(name)}` has no value");
                }
                SkipSpace();
                if (_position >= _text.Length || _text[_position] is not ((byte)'"' or (byte)'\''))
                {
                    return Fail($"the value of the attribute `{Show(name)}` must be in quotes");
                }
                var quote = _text[_position++];
                var length = _text[_position..].IndexOf(quote);
                if (length < 0)
                {
                    return Fail($"the value of the attribute `{Show(name)}` does not end");
                }
                var value = _text.Slice(_position, length);
                _position += length + 1;
                if (value.Contains((byte)'<') || !CheckEntities(value))
                {
                    return Fail($"the value of the attribute `{Show(name)}` must escape `<` and `&`");
                }
                if (name.SequenceEqual("xmlns"u8))
                {
                    hasNamespace = value.SequenceEqual("http://www.w3.org/1999/xhtml"u8);
                }
                else if ((name.SequenceEqual("href"u8) || name.SequenceEqual("src"u8)) && RunsScript(value))
                {
                    return Fail($"the attribute `{Show(name)}` must not run a script; take it out");
                }
            }
        }

        /// <summary>Whether a browser would run the address. Browsers skip spaces and control characters in a scheme, and character
        /// references can spell it, so an address with a reference before its colon is refused as well.</summary>
        private static bool RunsScript(ReadOnlySpan<byte> address)
        {
            Span<byte> scheme = stackalloc byte[16];
            var length = 0;
            foreach (var next in address)
            {
                if (next == ':')
                {
                    return scheme[..length].SequenceEqual("javascript"u8) || scheme[..length].SequenceEqual("vbscript"u8);
                }
                if (next is (byte)'/' or (byte)'?' or (byte)'#' || length == scheme.Length)
                {
                    return false;
                }
                if (next == '&')
                {
                    return true;
                }
                if (next > ' ')
                {
                    scheme[length++] = (byte)char.ToLowerInvariant((char)next);
                }
            }
            return false;
        }

        /// <summary>Character references must be complete; XHTML's names are allowed, as R4 says.</summary>
        private bool CheckEntities(ReadOnlySpan<byte> part)
        {
            while (true)
            {
                var ampersand = part.IndexOf((byte)'&');
                if (ampersand < 0)
                {
                    return true;
                }
                part = part[(ampersand + 1)..];
                var semicolon = part.IndexOf((byte)';');
                if (semicolon <= 0 || !IsEntity(part[..semicolon]))
                {
                    return Fail("the narrative has an `&` that must be written `&amp;`");
                }
                part = part[(semicolon + 1)..];
            }
        }

        private static bool IsEntity(ReadOnlySpan<byte> name)
        {
            if (name[0] != '#')
            {
                return name.Length <= 10 && char.IsAsciiLetter((char)name[0]) && !name.ContainsAnyExcept(_entityBytes);
            }
            name = name[1..];
            return name.Length > 0 && name[0] == 'x'
                ? name.Length > 1 && !name[1..].ContainsAnyExcept(_hexBytes)
                : name.Length > 0 && !name.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        }

        private ReadOnlySpan<byte> Name()
        {
            var start = _position;
            while (_position < _text.Length
                && (char.IsAsciiLetterOrDigit((char)_text[_position]) || _text[_position] is (byte)':' or (byte)'-' or (byte)'_'))
            {
                _position++;
            }
            return _text[start.._position];
        }

        private void SkipSpace()
        {
            while (_position < _text.Length && _text[_position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                _position++;
            }
        }

        private bool Take(char expected)
        {
            if (_position >= _text.Length || _text[_position] != expected)
            {
                return false;
            }
            _position++;
            return true;
        }

        private bool Fail(string text)
        {
            _problem ??= text;
            return false;
        }
    }

    private static readonly System.Buffers.SearchValues<byte> _entityBytes =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8);

    private static readonly System.Buffers.SearchValues<byte> _hexBytes = System.Buffers.SearchValues.Create("ABCDEFabcdef0123456789"u8);

    private static bool IsKnown(Names names, ReadOnlySpan<byte> name)
    {
        Span<char> characters = stackalloc char[16];
        return name.Length <= characters.Length && names.Contains(characters[..Encoding.ASCII.GetChars(name, characters)]);
    }

    private static string Show(ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(name[..Math.Min(name.Length, 20)]);
}
