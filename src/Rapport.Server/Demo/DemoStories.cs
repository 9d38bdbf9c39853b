using Rapport.Conversations;
using Rapport.Records;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Demo;

/// <summary>Invented people who shared for a second opinion and let others learn what came of it: enough that the numbers are seen. Their stories say that they are invented.</summary>
internal static class DemoStories
{
    private static readonly string[] Sentences =
    [
        "The second doctor explained it in words that I understood.",
        "I went in afraid of an operation and came out with a plan.",
        "They said the same as my own doctor, and that was what I needed to hear.",
        "A result from years ago turned out to matter.",
        "It took two weeks, which felt long.",
    ];

    /// <summary>Adds them, unless somebody tells something already.</summary>
    public static Task InventAsync(StoryShelf shelf, CancellationToken cancel) => shelf.InventAsync(
        SharingAim.Opinion.Code,
        [
            .. Enumerable.Range(0, 27).Select(static number => (Came: number < 15 ? OutcomeKind.GaveOpinion : OutcomeKind.FoundSomething, Felt: number % 9 < 5 ? OutcomeKind.Helped : OutcomeKind.NoDifference, number))
                .Select(static person => (person.Came, person.Felt, person.number % 5 == 0 && person.number / 5 < Sentences.Length
                    ? new StoryText("specialist", null, Outcome.Code(person.Came), Outcome.Code(person.Felt), $"(Invented for this demo.) {Sentences[person.number / 5]}")
                    : null)),
        ],
        cancel);
}
