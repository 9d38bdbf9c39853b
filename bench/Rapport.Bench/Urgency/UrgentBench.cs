using System.Diagnostics;
using System.Globalization;
using Rapport.Conversations;

namespace Rapport.Bench.Urgency;

/// <summary>What it takes to look at the words of a message before it is sent, warm, beside the longest that is read and texts made to be slow.</summary>
internal static class UrgentBench
{
    private const int Rounds = 2_000;
    private const int Warm = 1_000;

    private const string Letter = "I have had the usual cough since Tuesday, no fever and no chest pain, and the letter for the school is still missing. "
        + "My son asked whether he can swim again; his knee hurts a bit after football, but not at night. ¿Me pueden renovar la receta? "
        + "No tengo fiebre ni tos, solo un poco de mareo por la mañana desde hace una semana. ";

    public static int Run()
    {
        var began = Stopwatch.GetTimestamp();
        UrgentGuard.Look("first");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the first look, which reads the words: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms"));
        Console.WriteLine("| text | letters | median µs | worst µs |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Measure("a short message", Repeated(Letter, 120));
        Measure("a letter", Repeated(Letter, 4_000));
        Measure("the longest that is read", Repeated(Letter, UrgentGuard.MostLetters));
        Measure("made to be slow: `no puedo no puedo mover`", Repeated("no puedo no puedo mover ", UrgentGuard.MostLetters));
        Measure("made to be slow: `no the the the`", Repeated("no " + Repeated("the ", 400), UrgentGuard.MostLetters));
        return 0;
    }

    private static string Repeated(string piece, int letters) => string.Concat(Enumerable.Repeat(piece, (letters / piece.Length) + 1))[..letters];

    private static void Measure(string what, string text)
    {
        var rounds = text.Length > 10_000 ? Rounds / 10 : Rounds;
        List<double> times = [];
        for (var round = -(text.Length > 10_000 ? Warm / 10 : Warm); round < rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            UrgentGuard.Look(text);
            if (round >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            }
        }

        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {what} | {text.Length:N0} | {times[times.Count / 2]:N0} | {times[^1]:N0} |"));
    }
}
