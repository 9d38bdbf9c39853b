using System.Text;
using System.Text.Json;
using Rapport.Data;

namespace Rapport.Gathering;

/// <summary>
/// Finds the signed texts (JWS) in what cards come in: a <c>.smart-health-card</c> file, the texts themselves, or what their QR codes say (<c>shc:/</c>, two digits
/// for each letter, in one or several parts).
/// </summary>
internal static class CardTexts
{
    internal const int MostCards = 100;

    private const string Code = "shc:/";
    private const int MostParts = 100;

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Whether a text begins like cards.</summary>
    internal static bool Looks(string start) =>
        start.StartsWith(Code, StringComparison.OrdinalIgnoreCase) || IsSigned(start)
        || (start.StartsWith('{') && start.Contains("\"verifiableCredential\"", StringComparison.Ordinal) && !start.Contains("\"resourceType\"", StringComparison.Ordinal));

    /// <summary>The signed texts and where each stood; what is no card is told to the harvest as damaged.</summary>
    internal static IReadOnlyList<(string Jws, string Where)> Find(string text, Harvest harvest)
    {
        List<(string, string)> found = text.StartsWith('{') ? InFile(text, harvest) : InLines(text, harvest);
        return found.Count <= MostCards ? found : throw TooMuch.Of($"the file has {found.Count} cards, at most {MostCards} are read at once");
    }

    private static bool IsSigned(string start)
    {
        var word = start.AsSpan(0, Math.Min(start.Length, start.AsSpan().IndexOfAny(" \t\r\n") is >= 0 and var end ? end : start.Length));
        return word.StartsWith("eyJ") && word.Length > 20 && word.Count('.') is 1 or 2 && word.IndexOfAnyExcept(Letters) < 0;
    }

    private static List<(string, string)> InFile(string text, Harvest harvest)
    {
        List<(string, string)> found = [];
        try
        {
            using var document = JsonDocument.Parse(text);
            if (!document.RootElement.TryGetProperty("verifiableCredential", out var list) || list.ValueKind != JsonValueKind.Array)
            {
                harvest.Refuse("structure", "verifiableCredential", "a file of health cards has its cards in a list");
                return found;
            }

            foreach (var (index, card) in list.EnumerateArray().Index())
            {
                var where = $"verifiableCredential[{index}]";
                if (card.ValueKind == JsonValueKind.String && card.GetString() is { Length: > 0 } jws)
                {
                    found.Add((jws, where));
                }
                else
                {
                    harvest.Damaged(where, "this is no card");
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            harvest.Refuse("structure", "", "the file of health cards is no JSON: it may be cut off or damaged");
        }

        return found;
    }

    private static List<(string, string)> InLines(string text, Harvest harvest)
    {
        List<(string, string)> found = [];
        var parts = new Parts();
        foreach (var (index, line) in text.Split('\n').Index())
        {
            var (word, where) = (line.Trim(), $"line {index + 1}");
            if (word.Length == 0)
            {
                continue;
            }

            if (!word.StartsWith(Code, StringComparison.OrdinalIgnoreCase))
            {
                found.Add((word, where));
            }
            else if (parts.Add(word[Code.Length..], where, harvest) is { } whole)
            {
                found.Add(whole);
            }

            if (found.Count > MostCards)
            {
                break;
            }
        }

        parts.Finish(harvest);
        return found;
    }

    /// <summary>Puts the parts of one card together, in whatever order they come.</summary>
    private sealed class Parts
    {
        private string?[] _digits = [];
        private string _where = "";

        internal (string Jws, string Where)? Add(string code, string where, Harvest harvest)
        {
            string[] pieces = code.Split('/');
            if (pieces.Length == 1)
            {
                return Letters(pieces[0], where, harvest);
            }

            if (pieces.Length != 3 || !TryCount(pieces[0], out var number) || !TryCount(pieces[1], out var count) || number > count)
            {
                harvest.Damaged(where, "this part of a card does not say which part of how many it is");
                return null;
            }

            if (_digits.Length != count || _digits[number - 1] is not null)
            {
                Finish(harvest);
                (_digits, _where) = (new string?[count], where);
            }

            _digits[number - 1] = pieces[2];
            if (_digits.Contains(null))
            {
                return null;
            }

            var whole = string.Concat(_digits);
            _digits = [];
            return Letters(whole, _where, harvest);
        }

        internal void Finish(Harvest harvest)
        {
            if (_digits.Contains(null))
            {
                var missing = Enumerable.Range(0, _digits.Length).Where(i => _digits[i] is null).Select(i => i + 1);
                harvest.Damaged(_where, $"this card has {_digits.Length} parts and {string.Join(", ", missing)} is missing: give all of them in one file, a line each");
                _digits = [];
            }
        }

        private static bool TryCount(string text, out int count) => int.TryParse(text, System.Globalization.NumberStyles.None, null, out count) && count is >= 1 and <= MostParts;

        private static (string, string)? Letters(string digits, string where, Harvest harvest)
        {
            var letters = new StringBuilder(digits.Length / 2);
            for (var i = 0; i + 1 < digits.Length && char.IsAsciiDigit(digits[i]) && char.IsAsciiDigit(digits[i + 1]); i += 2)
            {
                letters.Append((char)('-' + ((digits[i] - '0') * 10) + digits[i + 1] - '0'));
            }

            if (digits.Length > 0 && letters.Length * 2 == digits.Length)
            {
                return (letters.ToString(), where);
            }

            harvest.Damaged(where, "this is not what the QR code of a card says: digits in pairs");
            return null;
        }
    }
}
