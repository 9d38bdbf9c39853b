using System.Buffers;
using System.Globalization;
using System.Text;

namespace Rapport.Fhir;

internal enum PathTokenKind : byte
{
    End,

    /// <summary>A name or a keyword operator such as <c>and</c>: which one depends on where it stands.</summary>
    Identifier,

    /// <summary>A name in backticks or double quotes: never a keyword.</summary>
    QuotedIdentifier,
    String,
    Number,

    /// <summary>A date, dateTime or time after <c>@</c>; the text is without the <c>@</c>.</summary>
    Date,

    /// <summary>A name after <c>%</c>.</summary>
    Constant,

    /// <summary><c>$this</c>, <c>$index</c> or <c>$total</c>; the text is without the <c>$</c>.</summary>
    Variable,
    Symbol,
}

/// <summary>A token; <see cref="Text"/> is without quotes and escapes.</summary>
internal readonly record struct PathToken(PathTokenKind Kind, int Position, string Text)
{
    public bool IsSymbol(string symbol) => Kind == PathTokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == PathTokenKind.Identifier && Text == word;

    public override string ToString() => Kind == PathTokenKind.End ? "the end" : $"`{Text}`";
}

/// <summary>Cuts a FHIRPath expression into tokens (HL7 FHIRPath 2.0.0, section 7 Lexical Elements).</summary>
internal ref struct PathLexer(string text)
{
    private static readonly string[] Symbols =
        ["<=", ">=", "!=", "!~", ".", "[", "]", "(", ")", "{", "}", ",", "+", "-", "*", "/", "&", "|", "<", ">", "=", "~"];
    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private readonly string text = text;
    private int at;

    public PathToken Next()
    {
        SkipBlanks();
        if (at == text.Length)
        {
            return new(PathTokenKind.End, at, "");
        }

        var start = at;
        var c = text[at];
        switch (c)
        {
            case '\'':
                return new(PathTokenKind.String, start, Quoted());
            case '`' or '"':
                return new(PathTokenKind.QuotedIdentifier, start, Quoted());
            case '@':
                at++;
                return new(PathTokenKind.Date, start, Date());
            case '$':
                at++;
                return new(PathTokenKind.Variable, start, Word(start));
            case '%':
                at++;
                return new(PathTokenKind.Constant, start, at < text.Length && text[at] is '`' or '\'' ? Quoted() : Word(start));
            case >= '0' and <= '9':
                return new(PathTokenKind.Number, start, Number());
        }

        if (char.IsAsciiLetter(c) || c == '_')
        {
            return new(PathTokenKind.Identifier, start, Word(start));
        }

        foreach (var symbol in Symbols)
        {
            if (text.AsSpan(at).StartsWith(symbol, StringComparison.Ordinal))
            {
                at += symbol.Length;
                return new(PathTokenKind.Symbol, start, symbol);
            }
        }

        throw new PathSyntaxException(start, $"unexpected character `{c}`");
    }

    private void SkipBlanks()
    {
        while (at < text.Length)
        {
            var rest = text.AsSpan(at);
            if (char.IsWhiteSpace(rest[0]))
            {
                at++;
            }
            else if (rest.StartsWith("//", StringComparison.Ordinal))
            {
                var line = rest.IndexOfAny('\r', '\n');
                at = line < 0 ? text.Length : at + line;
            }
            else if (rest.StartsWith("/*", StringComparison.Ordinal))
            {
                var end = rest.IndexOf("*/", StringComparison.Ordinal);
                at = end < 0 ? throw new PathSyntaxException(at, "a comment does not end") : at + end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private string Word(int start)
    {
        var length = text.AsSpan(at).IndexOfAnyExcept(WordCharacters);
        length = length < 0 ? text.Length - at : length;
        if (length == 0)
        {
            throw new PathSyntaxException(start, $"a name is missing after `{text[start]}`");
        }

        at += length;
        return text.Substring(at - length, length);
    }

    private string Number()
    {
        var start = at;
        Digits();
        // A dot belongs to the number only before a digit: `1.exists()` calls a function.
        if (at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
            Digits();
        }

        return text[start..at];
    }

    private void Digits()
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }
    }

    private string Date()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '-' or ':' or 'T' or 'Z' or '+' || IsFraction()))
        {
            at++;
        }

        if (at == start)
        {
            throw new PathSyntaxException(start - 1, "a date or time is missing after `@`");
        }

        return text[start..at];
    }

    private readonly bool IsFraction() => text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]);

    private string Quoted()
    {
        var start = at;
        var quote = text[at++];
        var result = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            var c = text[at++];
            result.Append(c == '\\' ? Escape(start) : c);
        }

        if (at == text.Length)
        {
            throw new PathSyntaxException(start, $"the text that starts with `{quote}` does not end");
        }

        at++;
        return result.ToString();
    }

    private char Escape(int start)
    {
        if (at == text.Length)
        {
            throw new PathSyntaxException(start, "the text does not end");
        }

        var c = text[at++];
        switch (c)
        {
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'f':
                return '\f';
            case '\\' or '\'' or '"' or '`' or '/':
                return c;
            case 'u' when at + 4 <= text.Length
                && ushort.TryParse(text.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                at += 4;
                return (char)code;
            default:
                throw new PathSyntaxException(at - 2, $"unknown escape `\\{c}`");
        }
    }
}
