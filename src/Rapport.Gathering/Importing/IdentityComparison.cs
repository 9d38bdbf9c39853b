using System.Text;
using Rapport.Fhir;

namespace Rapport.Gathering;

/// <summary>
/// Tells an input that may be about somebody else. A birth date does not change, so two that differ are a doubt; where they cannot be compared, names without a given name in common are one: a family name is that of
/// relatives too. Beside the same birth date given names that have nothing in common are one as well, for so are those of twins; whoever has changed theirs says so once more. All else of a name may change.
/// </summary>
internal static class IdentityComparison
{
    /// <summary>The doubt, or null when the input may well be about the same person.</summary>
    internal static IdentityDoubt? Compare(Element? input, Element record)
    {
        if (input is not { } other)
        {
            return null;
        }

        var (theirs, ours) = (Person.Read(other), Person.Read(record));
        var differ = theirs.BirthDate is not null && ours.BirthDate is not null
            ? !SameDate(theirs.BirthDate, ours.BirthDate) || theirs.IsGivenAnotherNameThan(ours)
            : theirs.Names.Count > 0 && ours.Names.Count > 0 && !theirs.MayBeNamedAs(ours);
        return differ ? new IdentityDoubt(theirs.Text, theirs.BirthDate, ours.Text, ours.BirthDate) : null;
    }

    /// <summary>The question to ask when a record that names nobody is to take an input that names somebody else than <paramref name="ownName"/>; null for none.</summary>
    internal static IdentityDoubt? CompareFirst(Element? input, Element record, string ownName)
    {
        if (input is not { } other || Person.Read(record) is not { Text: null, BirthDate: null })
        {
            return null;
        }

        // A device that tells a birth date and no name may be anybody's.
        var theirs = Person.Read(other);
        var isOpen = theirs.Names.Count > 0 ? !theirs.MayBeNamedAs(Person.Named(ownName)) : theirs.BirthDate is not null;
        return isOpen ? new IdentityDoubt(theirs.Text, theirs.BirthDate, null, null) : null;
    }

    /// <summary>Whether two of one source are plainly the same person: born on the same day, with a name in common, and with a given name where both tell theirs.</summary>
    internal static bool AreOne(Element left, Element right)
    {
        var (one, other) = (Person.Read(left), Person.Read(right));
        return one.BirthDate is not null && one.BirthDate == other.BirthDate && one.Names.Overlaps(other.Names) && !one.IsGivenAnotherNameThan(other);
    }

    /// <summary>Whom the input names; null for nobody.</summary>
    internal static PersonNamed? Name(Element? input) =>
        input is { } patient && Person.Read(patient) is { } person && (person.Text ?? person.BirthDate) is not null ? new PersonNamed(person.Text, person.BirthDate) : null;

    /// <summary>Partial dates agree when one begins the other.</summary>
    private static bool SameDate(string left, string right) =>
        left.StartsWith(right, StringComparison.Ordinal) || right.StartsWith(left, StringComparison.Ordinal);

    /// <param name="Names">The words of the names.</param>
    /// <param name="Given">Those of given names; none where nobody told which they are.</param>
    /// <param name="Text">The name as it is said.</param>
    /// <param name="BirthDate">The day, month or year of birth.</param>
    private sealed record Person(HashSet<string> Names, HashSet<string> Given, string? Text, string? BirthDate)
    {
        internal static Person Named(string name) => new([.. Words(name)], [], name, null);

        /// <summary>Whether a given name is among the other's names; where neither tells which are given, whether all words of one are the other's.</summary>
        internal bool MayBeNamedAs(Person other) =>
            Given.Count > 0 && other.Given.Count > 0 ? Given.Overlaps(other.Given)
            : Given.Overlaps(other.Names) || other.Given.Overlaps(Names) || (Given.Count + other.Given.Count == 0 && (Names.IsSubsetOf(other.Names) || other.Names.IsSubsetOf(Names)));

        /// <summary>Whether both tell their given names and have none in common. An initial may stand for any name that begins so.</summary>
        internal bool IsGivenAnotherNameThan(Person other) =>
            Given.Count > 0 && other.Given.Count > 0 && !Given.Any(one => other.Given.Any(two => one == two || IsInitialOf(one, two) || IsInitialOf(two, one)));

        internal static Person Read(Element patient)
        {
            HashSet<string> names = [], givenNames = [];
            string? text = null;
            string? birthDate = null;
            foreach (var child in patient.Children)
            {
                if (child.Name == "birthDate")
                {
                    birthDate = child.GetString();
                }
                else if (child.Name == "name")
                {
                    List<string> parts = [];
                    string? family = null;
                    foreach (var part in child.Children)
                    {
                        if (part.Name == "given" && part.GetString() is { } given)
                        {
                            parts.Add(given);
                            givenNames.UnionWith(Words(given));
                        }
                        else if (part.Name == "family")
                        {
                            family = part.GetString();
                        }
                        else if (part.Name == "text")
                        {
                            text ??= part.GetString();
                        }
                    }

                    parts = family is null ? parts : [.. parts, family];
                    names.UnionWith(parts.SelectMany(Words));
                    text ??= parts.Count > 0 ? string.Join(' ', parts) : null;
                }
            }

            if (names.Count == 0 && text is not null)
            {
                names.UnionWith(Words(text));
            }

            return new Person(names, givenNames, text, birthDate);
        }

        private static bool IsInitialOf(string letter, string name) => letter.Length == 1 && name.StartsWith(letter, StringComparison.Ordinal);

        /// <summary>Words without case, accents and digits, so that spelling habits do not make a doubt.</summary>
        internal static string[] Words(string name)
        {
            var letters = Encoding.UTF8.GetString(SearchText.Fold(name)).Select(c => char.IsLetter(c) ? c : ' ').ToArray();
            return new string(letters).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
    }
}
