using FsCheck;
using FsCheck.Fluent;
using Rapport.TestKit;

namespace Rapport.Conversations.Tests.Urgency;

/// <summary>Words that may mean an emergency are asked about, calm ones are not, and no text can hinder the guard.</summary>
public sealed class UrgentGuardTests
{
    [Theory]
    [InlineData("He can't breathe and his lips are blue", UrgentKind.Body)]
    [InlineData("mi papá no puede respirar y tiene los labios morados", UrgentKind.Body)]
    [InlineData("I want to die", UrgentKind.SelfHarm)]
    [InlineData("ya no quiero vivir", UrgentKind.SelfHarm)]
    [InlineData("she swallowed the whole bottle of tablets by mistake", UrgentKind.Poison)]
    [InlineData("mi pareja me pega y me amenaza", UrgentKind.Violence)]
    public void TellsWhichHelpIsAskedFor(string text, UrgentKind first)
    {
        var look = UrgentGuard.Look(text);
        Assert.NotNull(look);
        Assert.Equal(first, look.Kinds[0]);
        Assert.NotEmpty(look.Signs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Thank you, see you on Tuesday")]
    [InlineData("Could you renew my prescription?")]
    [InlineData("I have no fever, no cough, no pain")]
    [InlineData("No tengo fiebre ni tos ni dolor")]
    [InlineData("I had a stroke in 2015")]
    [InlineData("Tuve un infarto en 2015")]
    [InlineData("the right knee")]
    [InlineData("la rodilla derecha")]
    [InlineData("look at this\nMy left knee, from the front")]
    [InlineData("can you look at this\nMy right ankle, seen from the side")]
    [InlineData("mire esto\nMi rodilla izquierda, vista de frente")]
    public void LetsCalmWordsPass(string text) => Assert.Null(UrgentGuard.Look(text));

    [Theory]
    [InlineData("look at this\nMy left arm, from the front. I cannot lift it")]
    [InlineData("hit from the side by a car, his leg is bent the wrong way")]
    [InlineData("look at this, seen from the front: half of his face hangs")]
    [InlineData("vista de frente se le cae la mitad de la cara")]
    public void HowAPhotoWasTakenHidesNothingUrgent(string text) => Assert.NotNull(UrgentGuard.Look(text));

    [Fact]
    public void ADenialEndsAtBut() => Assert.NotNull(UrgentGuard.Look("no fever but he is vomiting blood"));

    [Fact]
    public void APhraseThatBeginsWithNoDeniesNothing() => Assert.NotNull(UrgentGuard.Look("no para de sangrar"));

    [Theory]
    [InlineData("no fever he is grey and clammy")]
    [InlineData("no fever she isnt breathing")]
    [InlineData("no tiene fiebre no puede respirar")]
    public void ADenialEndsWhereSomethingElseIsSaid(string text) => Assert.NotNull(UrgentGuard.Look(text));

    [Theory]
    [InlineData("she has not had any of the chest pain")]
    [InlineData("no he tenido pensamientos de hacerme daño")]
    public void ADenialReachesOverSmallWords(string text) => Assert.Null(UrgentGuard.Look(text));

    [Theory]
    [InlineData("the leaflet says it may cause suicidal thoughts or fainting")]
    [InlineData("what should I do if my dad ever has a seizure")]
    [InlineData("el prospecto dice que puede dar dolor en el pecho")]
    public void WhatIsOnlySupposedAsksNothing(string text) => Assert.Null(UrgentGuard.Look(text));

    [Theory]
    [InlineData("the leaflet says it may cause swelling and now my tongue is swollen")]
    [InlineData("el prospecto dice que puede dar urticaria y ahora no puedo respirar")]
    public void WhatHappensNowIsNotSupposed(string text) => Assert.NotNull(UrgentGuard.Look(text));

    [Theory]
    [InlineData("she can't speak")]
    [InlineData("she cannot speak")]
    [InlineData("she can not speak")]
    public void CannotIsSpelledInThreeWays(string text) => Assert.Equal(Seen("she cant speak"), Seen(text));

    [Theory]
    [InlineData("my uncle touches me at night")]
    [InlineData("mi tio me toca por la noche")]
    public void ThatARelativeHurtsSomebodyIsNoIllnessOfTheFamily(string text) => Assert.NotNull(UrgentGuard.Look(text));

    [Theory]
    [InlineData("his lips look a bit blue")]
    [InlineData("tiene los labios como un poco morados")]
    public void AFewWordsMayStandBetweenTheWordsOfASign(string text) => Assert.NotNull(UrgentGuard.Look(text));

    [Theory]
    [InlineData("my lips are fine. blue is the colour of the form")]
    [InlineData("no tiene los labios morados")]
    public void NeitherAnotherSentenceNorADenialMakesASign(string text) => Assert.Null(UrgentGuard.Look(text));

    [Theory]
    [InlineData("see you today")]
    [InlineData("nos vemos hoy")]
    public void ThatItIsOfTodayAsksNothingByItself(string text) => Assert.Null(UrgentGuard.Look(text));

    [Theory]
    [InlineData("here is my blood test")]
    [InlineData("es la pastilla del corazon")]
    public void WordsThatMeanSomethingElseAreNoSign(string text) => Assert.Null(UrgentGuard.Look(text));

    [Theory]
    [InlineData("can i move my appointment, please send the form and the prescription. he has chest pain and is sweating")]
    [InlineData("gracias por la receta, quisiera cambiar la cita. se me cierra la garganta")]
    public void APlainSignIsAskedAboutAmongTheRestOfALetter(string text) => Assert.NotNull(UrgentGuard.Look(text));

    [Fact]
    public void TodayOutweighsThePastInASentence() =>
        Assert.NotNull(UrgentGuard.Look("I had a stroke years ago and now my face is drooping again"));

    /// <summary>
    /// The set: docs/urgent-words.md. The first letter of a message is its author. Whoever changes the words never reads the parts
    /// called judge and aside, only their counts.
    /// </summary>
    [Theory]
    [InlineData("aside", 'c', "en")]
    [InlineData("aside", 'c', "es")]
    [InlineData("judge", 'a', "en")]
    [InlineData("judge", 'a', "es")]
    [InlineData("judge", 'b', "en")]
    [InlineData("judge", 'b', "es")]
    [InlineData("tune", 'a', "en")]
    [InlineData("tune", 'a', "es")]
    [InlineData("tune", 'b', "en")]
    [InlineData("tune", 'b', "es")]
    [InlineData("tune", 'c', "en")]
    [InlineData("tune", 'c', "es")]
    [InlineData("tune", 'm', "en")]
    [InlineData("tune", 'm', "es")]
    public void TheFiguresOfTheDocumentAreTrue(string part, char author, string language)
    {
        var asked = UrgentMessages.All.Where(m => m.Part == part && m.Author == author && m.Language == language)
            .ToLookup(static m => m.Urgent, static m => UrgentGuard.Look(m.Text) is not null);
        var row = $"| {part} | {author} | {language} | {Share(asked[true])} | {Share(asked[false])} |";
        Assert.Contains(row, File.ReadAllText(Path.Combine(Repository.Root, "docs", "urgent-words.md")), StringComparison.Ordinal);
    }

    /// <summary>What was reached on messages that nobody fitted the words to. These may only get better.</summary>
    [Theory]
    [InlineData("en", 100.0, 23.4)]
    [InlineData("es", 98.8, 22.3)]
    public void WhatWasReachedIsHeld(string language, double recall, double falseAlarms)
    {
        var asked = UrgentMessages.All.Where(m => m.Part == "judge" && m.Language == language)
            .ToLookup(static m => m.Urgent, static m => UrgentGuard.Look(m.Text) is not null ? 100.0 : 0);
        Assert.True(asked[true].Average() >= recall);
        Assert.True(asked[false].Average() <= falseAlarms);
    }

    [Fact]
    public void TheSetIsLargeAndHalfOfItIsHarmless()
    {
        Assert.True(UrgentMessages.All.Count >= 1000);
        Assert.InRange(UrgentMessages.All.Average(static m => m.Urgent ? 0.0 : 1), 0.45, 0.55);
    }

    [Fact]
    public void CaseAccentsAndApostrophesMakeNoDifference()
    {
        foreach (var text in UrgentMessages.Tune.Select(static m => m.Text))
        {
            var signs = Seen(text);
            Assert.Equal(signs, Seen(text.ToUpperInvariant()));
            Assert.Equal(signs, Seen(text.Replace('\'', '\u2019')));
            Assert.Equal(signs, Seen(text.Replace("'", "", StringComparison.Ordinal)));
            Assert.Equal(signs, Seen(text.Replace("é", "e\u0301", StringComparison.Ordinal).Replace("ó", "o", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void NoTextThrows() =>
        Prop.ForAll<string?>(static text => UrgentGuard.Look(text ?? "") is null or { Kinds.Count: > 0 }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("a")]
    [InlineData("no ")]
    [InlineData("chest pain ")]
    [InlineData("no puedo no puedo mover ")]
    [InlineData("'.5/")]
    [InlineData("\ud800")]
    public void CraftedTextOfTheMostLettersIsReadToItsEnd(string piece)
    {
        var crafted = string.Concat(Enumerable.Repeat(piece, UrgentGuard.MostLetters / piece.Length));
        Assert.NotNull(UrgentGuard.Look(crafted[..^40] + ". I cannot breathe, chest pain"));
    }

    /// <summary>
    /// Whatever is repeated, of words that are listed: what is found, and so what there is to weigh, grows with the length alone. Memory that is
    /// taken is counted, for time tells of the machine.
    /// </summary>
    [Fact]
    public void TheWorkGrowsWithTheLengthAlone()
    {
        var listed = UrgentMessages.Tune.SelectMany(static message => MessageTokens.Of(message.Text)).Select(static token => token.Word).Distinct().ToArray();
        Prop.ForAll(
            Gen.Elements(listed).NonEmptyListOf().ToArbitrary(),
            words =>
            {
                var piece = string.Join(' ', words) + ' ';
                var text = string.Concat(Enumerable.Repeat(piece, Math.Max(1, 2_000 / piece.Length)));
                _ = Taken(text);
                var (once, eight) = (Taken(text), Taken(string.Concat(Enumerable.Repeat(text, 8))));
                return eight <= 10 * once;
            }).QuickCheckThrowOnFailure();

        static long Taken(string text)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            _ = UrgentGuard.Look(text);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void WhatIsTooLongToReadAsks() => Assert.NotNull(UrgentGuard.Look(new string('a', UrgentGuard.MostLetters + 1)));

    private static string Share(IEnumerable<bool> asked)
    {
        var all = asked.ToList();
        var yes = all.Count(static one => one);
        return FormattableString.Invariant($"{yes} of {all.Count}, {100.0 * yes / all.Count:0.0} %");
    }

    private static string Seen(string text) => UrgentGuard.Look(text) is { } look ? string.Join(' ', look.Signs) : "";
}
