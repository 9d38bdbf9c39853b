using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Rapport.Fhir;

/// <summary>The JSON below the definitions: RFC 8259.</summary>
internal ref partial struct TapeParser
{
    private enum ResourceTypeSearch
    {
        Found,
        Missing,
        Broken,
    }

    /// <summary>Goes to the next byte that is not whitespace and returns it; 0 at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte SkipSpace()
    {
        if ((uint)_position < (uint)_json.Length)
        {
            var next = _json[_position];
            if (next > ' ')
            {
                return next;
            }
        }
        return SkipLongSpace();
    }

    private byte SkipLongSpace()
    {
        var at = _position;
        ref byte start = ref MemoryMarshal.GetReference(_json);
        while (at + Vector128<byte>.Count <= _json.Length)
        {
            Vector128<byte> block = Vector128.LoadUnsafe(ref start, (nuint)at);
            uint ink = Vector128.GreaterThan(block, Vector128.Create((byte)' ')).ExtractMostSignificantBits();
            if (ink != 0)
            {
                var end = at + BitOperations.TrailingZeroCount(ink);
                return Settle(at, end);
            }
            if (!AllSpace(_json.Slice(at, Vector128<byte>.Count)))
            {
                break;
            }
            at += Vector128<byte>.Count;
        }
        while (at < _json.Length && _json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }
        _position = at;
        return at < _json.Length ? _json[at] : (byte)0;
    }

    /// <summary>Ends on <paramref name="end"/>, or before it on a control character that is no whitespace.</summary>
    private byte Settle(int at, int end)
    {
        while (at < end && _json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }
        _position = at;
        return _json[at];
    }

    private static bool AllSpace(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(" \n\r\t"u8) < 0;

    /// <summary>From after a property's name to its value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool SkipColon()
    {
        var at = _position;
        if (at + 2 < _json.Length && _json[at] == ':')
        {
            var next = _json[at + 1];
            if (next > ' ')
            {
                _position = at + 1;
                return true;
            }
            if (next == ' ' && _json[at + 2] > ' ')
            {
                _position = at + 2;
                return true;
            }
        }
        return SkipUnusualColon();
    }

    private bool SkipUnusualColon()
    {
        if (SkipSpace() != ':')
        {
            return Syntax("`:` is expected here");
        }
        _position++;
        SkipSpace();
        return _position < _json.Length || Syntax("the document ends in the middle");
    }

    /// <summary>How far it is to the next quote, or else to the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int ShortTextLength(int start)
    {
        if (start + Vector128<byte>.Count <= _json.Length)
        {
            Vector128<byte> block = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(_json), (nuint)start);
            uint quotes = Vector128.Equals(block, Vector128.Create((byte)'"')).ExtractMostSignificantBits();
            if (quotes != 0)
            {
                return BitOperations.TrailingZeroCount(quotes);
            }
        }
        var length = _json[start..].IndexOf((byte)'"');
        return length < 0 ? _json.Length - start : length;
    }

    /// <summary>A string, from its opening quote to after its closing one.</summary>
    private bool ReadString(out bool escaped)
    {
        escaped = false;
        var at = _position + 1;
        ref byte start = ref MemoryMarshal.GetReference(_json);
        while (true)
        {
            while (at + Vector256<byte>.Count <= _json.Length)
            {
                Vector256<byte> block = Vector256.LoadUnsafe(ref start, (nuint)at);
                uint special = (Vector256.Equals(block, Vector256.Create((byte)'"')) | Vector256.Equals(block, Vector256.Create((byte)'\\'))
                    | Vector256.LessThan(block, Vector256.Create((byte)' '))).ExtractMostSignificantBits();
                if (special != 0)
                {
                    at += BitOperations.TrailingZeroCount(special);
                    break;
                }
                at += Vector256<byte>.Count;
            }
            while (at < _json.Length && _json[at] >= ' ' && _json[at] != '"' && _json[at] != '\\')
            {
                at++;
            }
            if (at < _json.Length && _json[at] == '"')
            {
                _position = at + 1;
                return true;
            }
            if (at >= _json.Length || _json[at] != '\\')
            {
                _position = at;
                return Syntax(at >= _json.Length ? "the document ends inside of a string" : "a control character in a string must be escaped");
            }
            escaped = true;
            var length = EscapeLength(_json[at..]);
            if (length == 0)
            {
                _position = at;
                return Syntax("a backslash in a string must start an escape such as `\\\"`, `\\\\`, `\\n` or `\\u00e9`");
            }
            at += length;
        }
    }

    /// <summary>How long the escape is that the text starts with; 0 when it is none.</summary>
    private static int EscapeLength(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2)
        {
            return 0;
        }
        if (text[1] != 'u')
        {
            return "\"\\/bfnrt"u8.Contains(text[1]) ? 2 : 0;
        }
        return text.Length >= 6 && char.IsAsciiHexDigit((char)text[2]) && char.IsAsciiHexDigit((char)text[3])
            && char.IsAsciiHexDigit((char)text[4]) && char.IsAsciiHexDigit((char)text[5]) ? 6 : 0;
    }

    private bool ReadWord(ReadOnlySpan<byte> word)
    {
        if (!_json[_position..].StartsWith(word))
        {
            return Syntax("a JSON value is expected here: a string in double quotes, a number, `true`, `false`, an object or an array");
        }
        _position += word.Length;
        return true;
    }

    private bool ReadNumber(out bool whole)
    {
        whole = true;
        var at = _position;
        if (_json[at] == '-')
        {
            at++;
        }
        var digits = Digits(at);
        var good = digits == 1 || (digits > 1 && _json[at] != '0');
        at += digits;
        if (good && at < _json.Length && _json[at] == '.')
        {
            whole = false;
            digits = Digits(at + 1);
            good = digits > 0;
            at += digits + 1;
        }
        if (good && at < _json.Length && _json[at] is (byte)'e' or (byte)'E')
        {
            whole = false;
            at++;
            if (at < _json.Length && _json[at] is (byte)'+' or (byte)'-')
            {
                at++;
            }
            digits = Digits(at);
            good = digits > 0;
            at += digits;
        }
        if (!good)
        {
            return Syntax("this is not a JSON number: digits without leading zeros, then perhaps `.` and digits, then perhaps an exponent");
        }
        _position = at;
        return true;
    }

    private readonly int Digits(int start)
    {
        var at = start;
        while (at < _json.Length && char.IsAsciiDigit((char)_json[at]))
        {
            at++;
        }
        return at - start;
    }

    /// <summary>Reads over any JSON value.</summary>
    private bool SkipValue()
    {
        var first = SkipSpace();
        switch (first)
        {
            case (byte)'{':
            case (byte)'[':
                return SkipContainer(first);
            case (byte)'"':
                return ReadString(out _);
            case (byte)'t':
                return ReadWord("true"u8);
            case (byte)'f':
                return ReadWord("false"u8);
            case (byte)'-':
            case >= (byte)'0' and <= (byte)'9':
                return ReadNumber(out _);
            default:
                return ReadWord("null"u8);
        }
    }

    private bool SkipContainer(byte open)
    {
        var close = open == '{' ? (byte)'}' : (byte)']';
        if (++_depth > _maxDepth)
        {
            return TooDeep();
        }
        _position++;
        var next = SkipSpace();
        while (next != close)
        {
            if (open == '{' && next != '"')
            {
                return Syntax("a property name in double quotes is expected here");
            }
            if (open == '{' && !(ReadString(out _) && SkipColon()))
            {
                return false;
            }
            if (!SkipValue())
            {
                return false;
            }
            next = SkipSpace();
            if (next == ',')
            {
                _position++;
                next = SkipSpace();
                if (next == close)
                {
                    return Syntax("there is a comma too many before this");
                }
            }
            else if (next != close)
            {
                return Syntax(open == '{' ? "`,` or `}` is expected here" : "`,` or `]` is expected here");
            }
        }
        _position++;
        _depth--;
        return true;
    }

    /// <summary>Looks up the type of the resource that starts here and comes back. It is nearly always the first property.</summary>
    private ResourceTypeSearch FindResourceType(out ReadOnlySpan<byte> name)
    {
        var start = _position;
        name = default;
        _position++;
        var next = SkipSpace();
        var result = ResourceTypeSearch.Missing;
        _depth++;
        while (next == '"')
        {
            var nameStart = _position;
            if (!ReadString(out bool escaped))
            {
                return ResourceTypeSearch.Broken;
            }
            var isType = Text(nameStart, escaped).SequenceEqual("resourceType"u8);
            if (!SkipColon())
            {
                return ResourceTypeSearch.Broken;
            }
            var valueStart = _position;
            if (isType && _json[valueStart] == '"')
            {
                if (!ReadString(out escaped))
                {
                    return ResourceTypeSearch.Broken;
                }
                name = Text(valueStart, escaped);
                result = ResourceTypeSearch.Found;
                break;
            }
            if (!SkipValue())
            {
                return ResourceTypeSearch.Broken;
            }
            if (SkipSpace() != ',')
            {
                break;
            }
            _position++;
            next = SkipSpace();
        }
        _depth--;
        _position = start;
        return result;
    }

    /// <summary>The text of the string that ends before where the parser is.</summary>
    private readonly ReadOnlySpan<byte> Text(int start, bool escaped)
    {
        var text = _json[(start + 1)..(_position - 1)];
        return escaped ? JsonText.Unescape(text) : text;
    }
}
