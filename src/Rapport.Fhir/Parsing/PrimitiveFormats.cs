using System.Buffers;
using System.Buffers.Text;

namespace Rapport.Fhir;

/// <summary>The formats of R4's primitive types (https://hl7.org/fhir/R4/datatypes.html#primitive).</summary>
internal static class PrimitiveFormats
{
    private static readonly SearchValues<byte> _idBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);

    private static readonly SearchValues<byte> _spaceBytes = SearchValues.Create(" \t\n\r\f\v"u8);

    /// <summary>Whether the type's values are strings in JSON.</summary>
    public static bool IsText(PrimitiveKind kind) => kind >= PrimitiveKind.String;

    /// <summary>Whether a string is a value of the type.</summary>
    /// <param name="text">Not empty.</param>
    public static bool IsValid(PrimitiveKind kind, ReadOnlySpan<byte> text) => kind switch
    {
        PrimitiveKind.String or PrimitiveKind.Markdown => true,
        PrimitiveKind.Code => IsCode(text),
        PrimitiveKind.Id => IsId(text),
        PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical => !text.ContainsAny(_spaceBytes),
        PrimitiveKind.Oid => IsOid(text),
        PrimitiveKind.Uuid => IsUuid(text),
        PrimitiveKind.Base64Binary => Base64.IsValid(text),
        PrimitiveKind.Date => DateFormats.IsDate(text),
        PrimitiveKind.DateTime => DateFormats.IsDateTime(text),
        PrimitiveKind.Instant => DateFormats.IsInstant(text),
        PrimitiveKind.Time => DateFormats.IsTime(text),
        PrimitiveKind.Xhtml => Narrative.Problem(text) is null,
        _ => false,
    };

    public static bool IsId(ReadOnlySpan<byte> text) => text.Length is > 0 and <= 64 && !text.ContainsAnyExcept(_idBytes);

    public static string NameOf(PrimitiveKind kind)
    {
        var name = kind.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>What a value of the type must look like.</summary>
    public static string Expected(PrimitiveKind kind) => kind switch
    {
        PrimitiveKind.Integer => "a whole number from -2147483648 to 2147483647 is expected",
        PrimitiveKind.PositiveInt => "a whole number from 1 to 2147483647 is expected",
        PrimitiveKind.UnsignedInt => "a whole number from 0 to 2147483647 is expected",
        PrimitiveKind.Code => "a code neither starts nor ends with a space, nor has two in a row",
        PrimitiveKind.Id => "up to 64 letters, digits, `-` and `.` are expected",
        PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical => "it must not have spaces",
        PrimitiveKind.Oid => "`urn:oid:` and numbers with dots between them are expected",
        PrimitiveKind.Uuid => "`urn:uuid:` and a uuid in lower case are expected",
        PrimitiveKind.Base64Binary => "base64 is expected",
        PrimitiveKind.Date => "`YYYY`, `YYYY-MM` or `YYYY-MM-DD` is expected, a day of the calendar",
        PrimitiveKind.DateTime => "`YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYY-MM-DDThh:mm:ss` with a time zone is expected, a day of the calendar",
        PrimitiveKind.Instant => "`YYYY-MM-DDThh:mm:ss` with a time zone is expected, a day of the calendar",
        PrimitiveKind.Time => "`hh:mm:ss` is expected, without a time zone",
        _ => $"a {NameOf(kind)} is expected",
    };

    /// <summary>As what the type's values stand in JSON.</summary>
    public static string JsonKindOf(PrimitiveKind kind) => kind switch
    {
        PrimitiveKind.Boolean => "a boolean is `true` or `false` without quotes",
        PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt or PrimitiveKind.Decimal =>
            $"{Article(kind)} is a JSON number without quotes",
        _ => $"{Article(kind)} is a JSON string in double quotes",
    };

    private static string Article(PrimitiveKind kind)
    {
        var name = NameOf(kind);
        return ("aeio".Contains(name[0], StringComparison.Ordinal) ? "an " : "a ") + name;
    }

    private static bool IsCode(ReadOnlySpan<byte> text)
    {
        if (!text.ContainsAny(_spaceBytes))
        {
            return true;
        }
        var afterSpace = true;
        foreach (var next in text)
        {
            var space = _spaceBytes.Contains(next);
            if (space && afterSpace)
            {
                return false;
            }
            afterSpace = space;
        }
        return !afterSpace;
    }

    private static bool IsOid(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("urn:oid:"u8) || text.Length < 11 || text[8] is < (byte)'0' or > (byte)'2' || text[9] != '.')
        {
            return false;
        }
        foreach (var part in text[10..].Split((byte)'.'))
        {
            var number = text[10..][part];
            if (number.Length == 0 || (number.Length > 1 && number[0] == '0') || number.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return false;
            }
        }
        return true;
    }

    private static bool IsUuid(ReadOnlySpan<byte> text)
    {
        if (text.Length != 45 || !text.StartsWith("urn:uuid:"u8))
        {
            return false;
        }
        for (var i = 9; i < 45; i++)
        {
            var hyphen = i is 17 or 22 or 27 or 32;
            if (hyphen ? text[i] != '-' : !char.IsAsciiHexDigitLower((char)text[i]))
            {
                return false;
            }
        }
        return true;
    }
}
