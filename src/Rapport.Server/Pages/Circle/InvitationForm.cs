using System.Globalization;
using Rapport.People;
using Rapport.Server.Pages.Circle.Childs;

namespace Rapport.Server.Pages.Circle;

/// <summary>What a patient says of somebody whom they invite, as it was sent.</summary>
public sealed record InvitationForm
{
    /// <summary>The answer that is told in words of one's own.</summary>
    public const string Other = "other";

    /// <summary>How long an invitation is good when nobody says.</summary>
    private const int UsualDays = 7;

    private const int MostText = 100;

    /// <summary>One of <see cref="Relation.Offered"/>, or <see cref="Other"/>; empty for nothing yet.</summary>
    public string As { get; init; } = "";

    /// <summary>In words of one's own, for <see cref="Other"/>.</summary>
    public string Words { get; init; } = "";

    /// <summary>For how many days.</summary>
    public int Days { get; init; } = UsualDays;

    /// <summary>Tells it from another one when it is sent again.</summary>
    public string Once { get; init; } = FormKey.New();

    /// <summary>What they are to the patient; empty where that is not said.</summary>
    public string Relationship => As == Other ? Words : As;

    /// <summary>What is missing or contradicts itself; null for nothing.</summary>
    /// <param name="place">Whose circle it is.</param>
    public string? ProblemOf(CirclePlace place) => As.Length == 0 ? place.Say(InvitationText.ChooseAs, ChildsCircleText.ChooseAs)
        : Relationship.Length == 0 ? place.Say(InvitationText.WriteAs, ChildsCircleText.WriteAs)
        : As != Other && Words.Length > 0 ? Say.Fill(InvitationText.WordsNotChosen, Words) : null;

    /// <summary>Reads a form.</summary>
    public static InvitationForm Read(IFormCollection fields)
    {
        var (chosen, words) = (fields["as"].ToString(), fields["words"].ToString().Trim());
        return new InvitationForm
        {
            // Whoever wrote something and ticked nothing said it all the same.
            As = chosen == Other || Relation.Offered.Contains(chosen) ? chosen : words.Length > 0 ? Other : "",
            Words = words.Cut(MostText),
            Days = int.TryParse(fields["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && CircleInvitations.Lasting.Contains(days) ? days : UsualDays,
            Once = FormKey.Of(fields["once"].ToString()),
        };
    }
}
