using System.Collections.Frozen;

namespace Rapport.People;

/// <summary>
/// Passwords that guessing programs try first, told by how people make them rather than by a long list: a common word or a name with digits and signs
/// around it or in place of letters, a row of keys, the same thing again and again.
/// </summary>
internal static class CommonPasswords
{
    private static string Guessable => PeopleText.Guessable;

    // Letters only, without the digits and signs that people put around them.
    private static readonly FrozenSet<string> s_words = """
        password passwort contrasena contraseña motdepasse wachtwoord senha parola haslo secret secreto geheim letmein welcome willkommen bienvenido bienvenue hello hola hallo
        admin administrator root user guest test testing demo login master manager server system computer internet windows office microsoft google facebook apple iphone samsung
        health doctor hospital patient nurse medicine clinic rapport record medical salud paciente
        iloveyou loveyou teamo tequiero mylove forever princess princesa sunshine sweetheart baby angel beautiful butterfly rainbow flower chocolate cookie
        dragon monkey tiger lion panther eagle falcon dolphin horse kitten puppy doggy shadow phoenix unicorn
        football soccer baseball basketball hockey futbol liverpool arsenal chelsea barcelona realmadrid juventus bayern yankees cowboys lakers
        superman batman spiderman starwars pokemon naruto minecraft fortnite hellokitty mickey matrix ninja
        summer winter spring autumn verano invierno primavera sommer
        january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday
        michael jennifer jessica ashley daniel thomas george robert charlie andrew joshua matthew jordan nicole hannah amanda michelle samantha alexander maria carlos antonio
        london paris berlin madrid newyork america england canada mexico freedom whatever trustno access mustang ferrari mercedes porsche harley corvette
        changeme default nothing money blessed jesus christ superstar killer hunter ranger soldier silver golden diamond purple orange banana pepper cheese ginger maggie buster
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    // Rows of keys as fingers run over them; each also backwards.
    private static readonly string[] s_rows =
    [
        "01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "azertyuiopqsdfghjklmwxcvbn",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "qazwsxedcrfvtgbyhnujm", "147258369", "159357", "qwer1234asdf", "1234qwerasdf",
    ];

    /// <summary>Why not this one; null when none of it is seen.</summary>
    internal static string? Problem(string password, params ReadOnlySpan<string> names)
    {
        var lower = password.Trim().ToLowerInvariant();
        if (lower.Distinct().Count() <= 3 || IsRepeated(lower) || IsRows(lower))
        {
            return Guessable;
        }

        var first = lower.AsSpan().IndexOfAnyInRange('a', 'z');
        var last = lower.AsSpan().LastIndexOfAnyInRange('a', 'z');
        var middle = first < 0 ? "" : lower[first..(last + 1)];
        foreach (var read in new[] { lower, Unmask(lower), Unmask(middle) })
        {
            var core = new string([.. read.Where(char.IsLetter)]);
            if (core.Length > 0 && lower.Length - core.Length <= 8 && IsWords(core))
            {
                return Guessable;
            }
        }

        foreach (var name in names)
        {
            var core = new string([.. name.ToLowerInvariant().Where(char.IsLetter)]);
            var letters = new string([.. lower.Where(char.IsLetter)]);
            if (core.Length >= 3 && letters.Replace(core, "", StringComparison.Ordinal).Length < 4 && letters.Contains(core, StringComparison.Ordinal))
            {
                return PeopleText.OwnName;
            }
        }

        return null;
    }

    /// <summary>Reads <c>p4$$w0rd</c> as its maker meant it.</summary>
    private static string Unmask(string text) => string.Create(text.Length, text, static (target, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = source[i] switch
            {
                '0' => 'o', '1' or '!' or '|' => 'i', '3' or '€' => 'e', '4' or '@' => 'a', '5' or '$' => 's', '7' or '+' => 't', '8' => 'b', '9' => 'g', var c => c,
            };
        }
    });

    /// <summary>Whether it is one of the words, or two of them.</summary>
    private static bool IsWords(string letters)
    {
        if (s_words.Contains(letters))
        {
            return true;
        }

        for (var cut = 3; cut <= letters.Length - 3; cut++)
        {
            if (s_words.Contains(letters[..cut]) && s_words.Contains(letters[cut..]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it is a part of up to half its length, again and again.</summary>
    private static bool IsRepeated(string text)
    {
        for (var length = 1; length <= Math.Min(8, text.Length / 2); length++)
        {
            var isRepeated = true;
            for (var i = length; i < text.Length && isRepeated; i++)
            {
                isRepeated = text[i] == text[i - length];
            }

            if (isRepeated)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether all of it but three signs at most runs along rows of keys, four or more at a time.</summary>
    private static bool IsRows(string text)
    {
        var covered = 0;
        for (var start = 0; start < text.Length;)
        {
            var longest = 0;
            foreach (var row in s_rows)
            {
                longest = Math.Max(longest, Math.Max(Run(text, start, row), Run(text, start, new string([.. row.Reverse()]))));
            }

            covered += longest >= 4 ? longest : 0;
            start += longest >= 4 ? longest : 1;
        }

        return covered > 0 && text.Length - covered <= 3;
    }

    private static int Run(string text, int start, string row)
    {
        var best = 0;
        for (var at = row.IndexOf(text[start], StringComparison.Ordinal); at >= 0; at = row.IndexOf(text[start], at + 1))
        {
            var length = 1;
            while (start + length < text.Length && at + length < row.Length && text[start + length] == row[at + length])
            {
                length++;
            }

            best = Math.Max(best, length);
        }

        return best;
    }
}
