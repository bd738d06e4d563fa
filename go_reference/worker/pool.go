package worker

import (
	"context"
	"sync"

	"go_reference/internal"
	"go_reference/job"
)

// Pool is a fixed number of workers that share one channel of jobs.
//
// One goroutine, the submitter, calls NewPool, Start, any number of Submit, and
// Shutdown, in that order.
type Pool struct {
	// The extensions, set before Start. In the plain pool, Process makes one attempt at a
	// job, and the others are nil.
	Process Process
	Levels  *Levels
	Results *Results
	Scaling *Scaling

	workers int
	jobs    chan job.Job
	room    chan job.Job // where Submit waits for room: with levels, in theirs
	start   func(id int) // starts a worker
	wg      sync.WaitGroup
	log     *internal.Log
}

// NewPool returns a pool whose channel holds queue jobs; with 0 a job goes from hand to hand.
func NewPool(workers, queue int, log *internal.Log) *Pool {
	jobs := make(chan job.Job, queue)
	return &Pool{Process: Once, workers: workers, jobs: jobs, room: jobs, log: log}
}

// Start starts the workers. They stop when ctx is done, each after the job in its
// hands, or after Shutdown when no job is left.
func (p *Pool) Start(ctx context.Context) {
	p.log.Emit(internal.PoolStarting, internal.Fields{Workers: p.workers})
	if p.Levels != nil {
		p.room = p.Levels.room
	}
	p.start = func(id int) {
		w := Worker{
			id: id, jobs: p.jobs, process: p.Process, log: p.log,
			levels: p.Levels, results: p.Results, scaling: p.Scaling,
		}
		p.wg.Go(func() { w.Run(ctx) })
	}
	for id := 1; id <= p.workers; id++ {
		p.start(id)
	}
}

// Submit hands a job to the workers. While the channel is full it waits: this is
// the backpressure. It returns ctx.Err(), the job rejected, if ctx is done first.
func (p *Pool) Submit(ctx context.Context, j job.Job) error {
	p.log.Emit(internal.JobSubmitting, internal.Fields{Job: j.ID, Level: j.Level})
	if p.Scaling != nil {
		p.Scaling.Submitted(p.start)
	}
	if !trySend(ctx, p.room, j) {
		select {
		// There is room: the job is in the channel, and will be completed or abandoned.
		case p.room <- j:
		// No room yet, or the coin fell so: the job was never in the channel.
		case <-ctx.Done():
			p.log.Emit(internal.JobRejected, internal.Fields{Job: j.ID})
			return ctx.Err()
		}
	}
	if p.Levels != nil {
		p.Levels.Put(j, p.jobs)
	}
	return nil
}

// Shutdown closes the channel, waits for every worker, and names the jobs that
// none of them took. When it returns, each job submitted was completed, rejected
// or abandoned, and no goroutine of the pool is left.
func (p *Pool) Shutdown() {
	p.log.Emit(internal.PoolClosing, internal.Fields{})
	// Neither a send on a closed channel nor a second close can happen: only the
	// submitter sends, and it is the submitter that closes here, once, at the end.
	close(p.jobs)
	p.log.Emit(internal.PoolWaiting, internal.Fields{})
	p.wg.Wait()
	if p.Results != nil {
		p.Results.Close()
	}
	p.log.Emit(internal.PoolStopped, internal.Fields{})
	for j := range p.jobs {
		if p.Levels != nil {
			j = p.Levels.MostUrgent()
		}
		p.log.Emit(internal.JobAbandoned, internal.Fields{Job: j.ID})
	}
}
