using System.Text.Json.Serialization;

namespace Rapport.Conversations;

/// <summary>Somebody asked for a check-in.</summary>
/// <param name="Questionnaire">What is asked: a FHIR R4 Questionnaire, as JSON.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Questions">How many questions it has.</param>
/// <param name="Minutes">How many minutes it takes.</param>
/// <param name="Times">When it can be answered.</param>
public sealed record CheckInAskedLine(DateTimeOffset At, Speaker By, string Questionnaire, string Title, int Questions, int Minutes, CheckInTimes Times) : ConversationLine(At, By);

/// <summary>A check-in was answered. What was answered is an entry of the patient's record, and decided about as all of it.</summary>
/// <param name="Asked">The line by which it was asked for.</param>
/// <param name="Time">Which of its times.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Entry">The QuestionnaireResponse, by its reference.</param>
/// <param name="IsUrgent">Whether it has words that may mean an emergency, and was sent all the same.</param>
/// <param name="Promise">What was promised then, where it may be urgent; null for nothing.</param>
/// <param name="Said">Tells the same answer that is sent again from another one under its key, to nobody who has not both; null where that was not noted.</param>
/// <param name="AlsoPromised">What other teams promised; null for nothing.</param>
public sealed record CheckInAnsweredLine(DateTimeOffset At, Speaker By, long Asked, int Time, string Title, string Entry, bool IsUrgent = false, AnswerPromise? Promise = null, string? Said = null,
    IReadOnlyList<AnswerPromise>? AlsoPromised = null) : ConversationLine(At, By)
{
    /// <summary>All that was promised then.</summary>
    [JsonIgnore]
    public IReadOnlyList<AnswerPromise> Promises => Promise is null ? [] : [Promise, .. AlsoPromised ?? []];
}

/// <summary>A check-in is asked for no more: the patient said no, or whoever asked took it back.</summary>
/// <param name="Asked">The line by which it was asked for.</param>
/// <param name="Title">What it is called.</param>
/// <param name="IsDeclined">Whether the patient's side said no.</param>
public sealed record CheckInEndedLine(DateTimeOffset At, Speaker By, long Asked, string Title, bool IsDeclined) : ConversationLine(At, By);
