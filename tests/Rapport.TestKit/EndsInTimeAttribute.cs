using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

namespace Rapport.TestKit;

/// <summary>
/// A test that waits for what never comes is told to give up, by <see cref="ITestContext.CancellationToken"/>, and fails by its own name, instead of holding up the whole run until that is cut off. It stands
/// on every assembly of tests, and measures nothing: the limit is many times what the slowest test takes on a slow machine. Long runs (<c>RAPPORT_TEST_LONG</c>) have none. Thread safe.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class EndsInTimeAttribute : BeforeAfterTestAttribute
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private static readonly bool HasLimit = Environment.GetEnvironmentVariable("RAPPORT_TEST_LONG") != "1";

    private readonly ConcurrentDictionary<string, Running> _running = [];

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (HasLimit)
        {
            _running[test.UniqueID] = new Running(TestContext.Current);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="TimeoutException">The test was told to give up.</exception>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (_running.TryRemove(test.UniqueID, out var running))
        {
            running.Dispose();
            if (running.WasTold)
            {
                throw new TimeoutException($"what the test waits for did not come within {Limit.TotalMinutes} minutes");
            }
        }
    }

    private sealed class Running : IDisposable
    {
        private readonly Timer _timer;
        private volatile bool _wasTold;

        public Running(ITestContext test)
        {
            void GiveUp(object? state)
            {
                _wasTold = true;
                test.CancelCurrentTest();
            }

            _timer = new Timer(GiveUp, null, Limit, Timeout.InfiniteTimeSpan);
        }

        /// <summary>Whether its time was over before it was.</summary>
        public bool WasTold => _wasTold;

        public void Dispose() => _timer.Dispose();
    }
}
