namespace Rapport.Bench.AppleHealth;

/// <summary>Looks from time to time how much memory there is in use.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private long _heap;
    private long _resident;

    internal MemoryWatch()
    {
        _thread = new Thread(Look) { IsBackground = true };
        _thread.Start();
    }

    internal (long Heap, long Resident) Stop()
    {
        _stop.Cancel();
        _thread.Join();
        return (_heap, _resident);
    }

    public void Dispose() => _stop.Dispose();

    private void Look()
    {
        do
        {
            _heap = Math.Max(_heap, GC.GetTotalMemory(forceFullCollection: false));
            _resident = Math.Max(_resident, Environment.WorkingSet);
        }
        while (!_stop.Token.WaitHandle.WaitOne(20));
    }
}
