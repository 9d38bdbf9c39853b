using System.Globalization;
using Rapport.People;

namespace Rapport.Server.Notices;

/// <summary>What is said where no request says in which language.</summary>
internal static class NoticeWords
{
    /// <summary>The language in which somebody is told.</summary>
    public static SpokenLanguage LanguageOf(Person person, NoticeChoices choices) => Languages.Find(person.Language) ?? Languages.Find(choices.Language) ?? Languages.English;

    /// <summary>Words in a language.</summary>
    public static T In<T>(SpokenLanguage language, Func<T> words)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = language.Culture;
        try
        {
            return words();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
