using Rapport.Conversations;
using Rapport.Server.Pages.Conversations.Teams;

namespace Rapport.Server.Pages.Conversations;

/// <summary>What conversations say in plain words.</summary>
internal static class TalkWords
{
    /// <summary>All topics, in the order in which forms show them.</summary>
    public static IReadOnlyList<Topic> Topics { get; } = [Topic.General, Topic.Results, Topic.Medicines, Topic.Appointments, Topic.Papers];

    /// <summary>A kind of matter.</summary>
    public static string Of(Topic topic) => topic switch
    {
        Topic.Results => ConversationText.TopicResults,
        Topic.Medicines => ConversationText.TopicMedicines,
        Topic.Appointments => ConversationText.TopicAppointments,
        Topic.Papers => ConversationText.TopicPapers,
        _ => ConversationText.TopicGeneral,
    };

    /// <summary>What belongs to it.</summary>
    public static string About(Topic topic) => topic switch
    {
        Topic.Results => ConversationText.TopicResultsAbout,
        Topic.Medicines => ConversationText.TopicMedicinesAbout,
        Topic.Appointments => ConversationText.TopicAppointmentsAbout,
        Topic.Papers => ConversationText.TopicPapersAbout,
        _ => ConversationText.TopicGeneralAbout,
    };

    /// <summary>What somebody is there, as a conversation keeps it.</summary>
    public static string Relation(string kept) => kept switch
    {
        Relations.Patient => ConversationText.ThePatient,
        Relations.Professional => ConversationText.Professional,
        Relations.Somebody => ConversationText.Somebody,
        _ => Circle.Relation.Say(kept),
    };

    /// <summary>What somebody is who wrote something, of the shortest that tells it: their role as a professional, and what they are to the patient where that says more.</summary>
    public static string What(Speaker by) => by switch
    {
        { Role: null } => Relation(by.Relation),
        { Relation: Relations.Professional or "doctor" or "specialist" } => Relation(by.Role),
        _ when by.Role == by.Relation => Relation(by.Role),
        _ => Say.Fill(ConversationText.RoleInTeam, Relation(by.Role), Relation(by.Relation)),
    };

    /// <summary>A member by name; a team with where it works.</summary>
    public static string Named(Member member) => member.IsTeam ? Say.Fill(ConversationText.TeamNamed, member.Name, member.Relation) : member.Name;

    /// <summary>A member with what they are: for who stands at the top of a conversation.</summary>
    public static string Introduced(Member member) => member.IsTeam ? Named(member) : Say.Fill(ConversationText.NameAndRelation, member.Name, Relation(member.Relation));

    /// <summary>The others of a conversation, by name.</summary>
    public static string With(TalkView view) =>
        view.State.Seats.Where(seat => seat.Member.Reference != view.Capacity.Reference).Select(static seat => Named(seat.Member)).ToList() is { Count: > 0 } others
            ? Say.List(others) : ConversationText.NobodyElse;

    /// <summary>By when each team answers for which something waits, and whether that is late.</summary>
    public static IReadOnlyList<(string Text, bool IsLate)> Promises(TalkView view, DateTimeOffset now) => [.. view.State.AllWaiting.Select(waits => (Promise(view, waits, now), waits.Promise.By <= now))];

    /// <summary>By when a team answers what waits for it.</summary>
    public static string Promise(TalkView view, Awaited waits, DateTimeOffset now) => waits.Promise.By is not { } by ? Say.Fill(ConversationText.WaitsFor, WhoPromised(view, waits.Promise.Who), Say.MomentOfWeek(waits.Since))
        : by <= now ? Say.Fill(ConversationText.Overdue, WhoPromised(view, waits.Promise.Who), Say.MomentOfWeek(by))
        : Say.Fill(ConversationText.PromisedBy, WhoPromised(view, waits.Promise.Who), Say.MomentOfWeek(by));

    /// <summary>Who is of a team knows where it works.</summary>
    private static string WhoPromised(TalkView view, string team) => team == view.Capacity.Reference && view.State.SeatOf(team) is { } own ? own.Member.Name : NameOf(view.State, team);

    /// <summary>In whose hands of each team something is.</summary>
    public static IReadOnlyList<string> Hands(HandsOfTeams hands) => [.. hands.ByTeam.Values.Select(static one => Hands(one)).OfType<string>()];

    /// <summary>In whose hands something is; null for nobody's.</summary>
    public static string? Hands(HandsNow hands) => hands switch
    {
        { Name: { } name, Instead: { } away } => Say.Fill(TeamText.InHandsFor, name, away.Name),
        { Name: { } name } => Say.Fill(ConversationText.InHands, name),
        { Instead: { } away } => Say.Fill(TeamText.InHandsOfTeamFor, away.Name),
        _ => null,
    };

    /// <summary>The name of a member of it; who left has none here.</summary>
    public static string NameOf(Conversation state, string reference) => state.SeatOf(reference) is { } seat ? Named(seat.Member) : ConversationText.WhoLeft;

    /// <summary>What happened, where it is no message.</summary>
    /// <param name="line">What.</param>
    /// <param name="name">The name of a member by their reference.</param>
    public static string? Notice(ConversationLine line, Func<string, string> name) => line switch
    {
        OpenedLine => Say.Fill(ConversationText.Opened, line.By.Name),
        JoinedLine joined => Say.Fill(ConversationText.Joined, Named(joined.Member), line.By.Name),
        LeftLine left when left.Reference == line.By.As => Say.Fill(ConversationText.Left, name(left.Reference)),
        LeftLine left => Say.Fill(ConversationText.Removed, name(left.Reference), line.By.Name),
        OverdueLine { Name: { } who } late => Say.Fill(ConversationText.LateWith, Say.Fill(ConversationText.NameAndRelation, who, Relation(late.Role ?? Relations.Professional)), name(late.By.As)),
        OverdueLine late => Say.Fill(ConversationText.LateForAll, name(late.By.As)),
        TakenLine { Hands: null } => Say.Fill(ConversationText.GivenBack, line.By.Name),
        TakenLine taken when taken.Hands == line.By.Person => Say.Fill(ConversationText.Taken, line.By.Name),
        TakenLine taken => Say.Fill(ConversationText.HandedOver, line.By.Name, taken.Name ?? ConversationText.WhoLeft),
        ClosedLine => Say.Fill(ConversationText.Closed, line.By.Name),
        EndedLine => Say.Fill(ConversationText.Ended, line.By.Name),
        WithheldLine => Say.Fill(ConversationText.Withheld, line.By.Name),
        _ => CheckIns.CheckInWords.Notice(line),
    };
}
