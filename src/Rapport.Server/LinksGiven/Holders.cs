using System.Text;
using Rapport.Records;
using Rapport.Server.Pages;

namespace Rapport.Server.LinksGiven;

/// <summary>What people say of themselves when they open a link: told to the patient, so it must not look like anything else.</summary>
internal static class Holders
{
    /// <summary>The name on one line, without what is not seen; null when nothing is left of it, or it is too long.</summary>
    public static string? NameOf(string? said)
    {
        if (said is null || said.Length > LinkKnock.MostSaid)
        {
            return null;
        }

        var text = OneLine.Of(said);
        return text.EnumerateRunes().Any(rune => Rune.IsLetterOrDigit(rune)) ? text : null;
    }
}
