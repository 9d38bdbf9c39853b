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
        if ((uint)position < (uint)json.Length)
        {
            byte next = json[position];
            if (next > ' ')
            {
                return next;
            }
        }
        return SkipLongSpace();
    }

    private byte SkipLongSpace()
    {
        int at = position;
        ref byte start = ref MemoryMarshal.GetReference(json);
        while (at + Vector128<byte>.Count <= json.Length)
        {
            Vector128<byte> block = Vector128.LoadUnsafe(ref start, (nuint)at);
            uint ink = Vector128.GreaterThan(block, Vector128.Create((byte)' ')).ExtractMostSignificantBits();
            if (ink != 0)
            {
                int end = at + BitOperations.TrailingZeroCount(ink);
                return Settle(at, end);
            }
            if (!AllSpace(json.Slice(at, Vector128<byte>.Count)))
            {
                break;
            }
            at += Vector128<byte>.Count;
        }
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }
        position = at;
        return at < json.Length ? json[at] : (byte)0;
    }

    /// <summary>Ends on <paramref name="end"/>, or before it on a control character that is no whitespace.</summary>
    private byte Settle(int at, int end)
    {
        while (at < end && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }
        position = at;
        return json[at];
    }

    private static bool AllSpace(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(" \n\r\t"u8) < 0;

    /// <summary>From after a property's name to its value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool SkipColon()
    {
        int at = position;
        if (at + 2 < json.Length && json[at] == ':')
        {
            byte next = json[at + 1];
            if (next > ' ')
            {
                position = at + 1;
                return true;
            }
            if (next == ' ' && json[at + 2] > ' ')
            {
                position = at + 2;
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
        position++;
        SkipSpace();
        return position < json.Length || Syntax("the document ends in the middle");
    }

    /// <summary>How far it is to the next quote, or else to the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int ShortTextLength(int start)
    {
        if (start + Vector128<byte>.Count <= json.Length)
        {
            Vector128<byte> block = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(json), (nuint)start);
            uint quotes = Vector128.Equals(block, Vector128.Create((byte)'"')).ExtractMostSignificantBits();
            if (quotes != 0)
            {
                return BitOperations.TrailingZeroCount(quotes);
            }
        }
        int length = json[start..].IndexOf((byte)'"');
        return length < 0 ? json.Length - start : length;
    }

    /// <summary>A string, from its opening quote to after its closing one.</summary>
    private bool ReadString(out bool escaped)
    {
        escaped = false;
        int at = position + 1;
        ref byte start = ref MemoryMarshal.GetReference(json);
        while (true)
        {
            while (at + Vector256<byte>.Count <= json.Length)
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
            while (at < json.Length && json[at] >= ' ' && json[at] != '"' && json[at] != '\\')
            {
                at++;
            }
            if (at < json.Length && json[at] == '"')
            {
                position = at + 1;
                return true;
            }
            if (at >= json.Length || json[at] != '\\')
            {
                position = at;
                return Syntax(at >= json.Length ? "the document ends inside of a string" : "a control character in a string must be escaped");
            }
            escaped = true;
            int length = EscapeLength(json[at..]);
            if (length == 0)
            {
                position = at;
                return Syntax("a backslash in a string starts an escape: one of `\\\" \\\\ \\/ \\b \\f \\n \\r \\t` or `\\u` and four hex digits");
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
        if (!json[position..].StartsWith(word))
        {
            return Syntax("a json value is expected here: a string in double quotes, a number, `true`, `false`, an object or an array");
        }
        position += word.Length;
        return true;
    }

    private bool ReadNumber(out bool whole)
    {
        whole = true;
        int at = position;
        if (json[at] == '-')
        {
            at++;
        }
        int digits = Digits(at);
        bool good = digits == 1 || (digits > 1 && json[at] != '0');
        at += digits;
        if (good && at < json.Length && json[at] == '.')
        {
            whole = false;
            digits = Digits(at + 1);
            good = digits > 0;
            at += digits + 1;
        }
        if (good && at < json.Length && json[at] is (byte)'e' or (byte)'E')
        {
            whole = false;
            at++;
            if (at < json.Length && json[at] is (byte)'+' or (byte)'-')
            {
                at++;
            }
            digits = Digits(at);
            good = digits > 0;
            at += digits;
        }
        if (!good)
        {
            return Syntax("this is not a json number: digits without leading zeros, then perhaps `.` and digits, then perhaps an exponent");
        }
        position = at;
        return true;
    }

    private readonly int Digits(int start)
    {
        int at = start;
        while (at < json.Length && char.IsAsciiDigit((char)json[at]))
        {
            at++;
        }
        return at - start;
    }

    /// <summary>Reads over any JSON value.</summary>
    private bool SkipValue()
    {
        byte first = SkipSpace();
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
        byte close = open == '{' ? (byte)'}' : (byte)']';
        if (++depth > maxDepth)
        {
            return TooDeep();
        }
        position++;
        byte next = SkipSpace();
        while (next != close)
        {
            if (open == '{' && (next != '"' ? !Syntax("a property name in double quotes is expected here") : !(ReadString(out _) && SkipColon())))
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
                position++;
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
        position++;
        depth--;
        return true;
    }

    /// <summary>Looks up the type of the resource that starts here and comes back. It is nearly always the first property.</summary>
    private ResourceTypeSearch FindResourceType(out ReadOnlySpan<byte> name)
    {
        int start = position;
        name = default;
        position++;
        byte next = SkipSpace();
        ResourceTypeSearch result = ResourceTypeSearch.Missing;
        depth++;
        while (next == '"')
        {
            int nameStart = position;
            if (!ReadString(out bool escaped))
            {
                return ResourceTypeSearch.Broken;
            }
            bool isType = Text(nameStart, escaped).SequenceEqual("resourceType"u8);
            if (!SkipColon())
            {
                return ResourceTypeSearch.Broken;
            }
            int valueStart = position;
            if (isType && json[valueStart] == '"')
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
            position++;
            next = SkipSpace();
        }
        depth--;
        position = start;
        return result;
    }

    /// <summary>The text of the string that ends before where the parser is.</summary>
    private readonly ReadOnlySpan<byte> Text(int start, bool escaped)
    {
        ReadOnlySpan<byte> text = json[(start + 1)..(position - 1)];
        return escaped ? JsonText.Unescape(text) : text;
    }
}
