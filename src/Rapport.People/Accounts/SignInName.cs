using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Rapport.Language;

namespace Rapport.People;

/// <summary>
/// The one form of a sign-in name: trimmed, lower case, full-width letters made plain. Only ASCII letters, digits and <c>. - _ @ +</c>, so that a
/// name can be typed on any keyboard and no two names look alike; what people call themselves is their display name, which is free.
/// </summary>
internal static class SignInName
{
    internal const int MaxLength = 64;

    private const int MinLength = 2;
    private static readonly SearchValues<char> s_allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-_@+");

    /// <summary>
    /// A name for somebody new: their first name as far as it is ASCII, and random digits. People who sign up do not choose one, so nobody can ask the
    /// sign-up page who has an account.
    /// </summary>
    /// <param name="displayName">What they call themselves.</param>
    /// <param name="attempt">How many such names were taken: where many people share a first name, the digits become more.</param>
    internal static string Propose(string displayName, int attempt = 0)
    {
        const int fewest = 5, most = 9, attemptsOfEach = 4;
        var folded = NameFolding.Fold(displayName).TrimStart();
        var letters = new string([.. folded.TakeWhile(static c => c != ' ').Where(char.IsAsciiLetterLower).Take(20)]);
        var digits = Math.Min(fewest + (attempt / attemptsOfEach), most);
        var number = RandomNumberGenerator.GetInt32((int)Math.Pow(10, digits)).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
        return $"{(letters.Length < 2 ? "person" : letters)}-{number}";
    }

    /// <summary>The normal form, or null with the reason why there is none.</summary>
    internal static string? Normalize(string typed, out string? problem)
    {
        var trimmed = typed.AsSpan().Trim();
        if (trimmed.Length is < MinLength or > MaxLength)
        {
            problem = Say.Fill(PeopleText.SignInNameLength, Say.Number(MinLength), Say.Number(MaxLength));
            return null;
        }

        var name = string.Create(trimmed.Length, trimmed, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                // Halfwidth and Fullwidth Forms: U+FF01 to U+FF5E are ASCII `!` to `~` as East Asian keyboards give them.
                var c = source[i] is >= '\uFF01' and <= '\uFF5E' ? (char)(source[i] - 0xFEE0) : source[i];
                target[i] = char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
            }
        });
        if (name.AsSpan().IndexOfAnyExcept(s_allowed) is >= 0 and var at)
        {
            // Half of a pair is no character to show.
            var shown = char.IsSurrogate(trimmed[at]) || char.IsControl(trimmed[at]) ? PeopleText.SuchACharacter : $"`{trimmed[at]}`";
            problem = Say.Fill(PeopleText.SignInNameCharacter, shown);
            return null;
        }

        if (!char.IsAsciiLetterOrDigit(name[0]))
        {
            problem = Say.Fill(PeopleText.SignInNameStart, trimmed[0].ToString());
            return null;
        }

        problem = null;
        return name;
    }
}
