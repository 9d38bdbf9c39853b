namespace Rapport.Server.Pages.Cards;

/// <summary>Where the pages about signed health cards are.</summary>
internal static class CardPlaces
{
    private const string Cards = "/share/cards";

    public const string New = Cards + "/new";

    public const string Review = Cards + "/review";

    public const string End = Cards + "/end";

    /// <summary>A card that is made of this entry.</summary>
    /// <param name="entry">Its reference.</param>
    public static string NewOf(string entry) => $"{New}?entry={entry}";

    /// <summary>One card.</summary>
    /// <param name="localId">Its id within the record.</param>
    public static string Of(string localId) => $"{Cards}/{localId}";

    /// <summary>One card for paper.</summary>
    /// <param name="localId">Its id within the record.</param>
    public static string Paper(string localId) => $"{Cards}/{localId}/paper";

    /// <summary>One card as a file.</summary>
    /// <param name="localId">Its id within the record.</param>
    public static string File(string localId) => $"{Cards}/{localId}/file";
}
